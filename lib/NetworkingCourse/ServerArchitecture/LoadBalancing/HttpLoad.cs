using System.Diagnostics;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Generates load with many concurrent HTTP clients.</summary>
public static class HttpLoad
{
    /// <summary>Runs a closed loop: each client sends its next request when it has the answer to the previous one.</summary>
    /// <param name="target">The target of the requests.</param>
    /// <param name="requests">The total number of requests; each client takes the next one when it is free.</param>
    /// <param name="clients">The number of clients, each with its own connections.</param>
    /// <param name="method">
    /// The method of all requests; <c>POST</c> and <c>PUT</c> requests carry an order: <c>order 1</c> and so on.
    /// </param>
    /// <param name="moments">Actions to perform during the run.</param>
    /// <returns>The outcome of each request. Failures are included, not thrown.</returns>
    public static async Task<HttpRun> ClosedLoopAsync(
        IHttpTarget target, int requests, int clients = 20, string method = "GET", params IReadOnlyList<Moment> moments)
    {
        Validate(target, requests, clients, moments);
        using var burst = new ClientBurst(target, clients, method, moments);
        var sent = 0;
        await Task.WhenAll(Enumerable.Range(1, clients).Select(client => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref sent) is var number && number <= requests)
            {
                await burst.SendAsync(number, client, Stopwatch.GetTimestamp()).ConfigureAwait(false);
            }
        }))).ConfigureAwait(false);
        return await burst.EndAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Runs an open loop: requests are sent at a steady rate, whether or not earlier ones have been answered, as real users would
    /// send them. Latency is measured from when a request was due.
    /// </summary>
    /// <param name="target">The target of the requests.</param>
    /// <param name="requests">The total number of requests.</param>
    /// <param name="perSecond">The number of requests per second.</param>
    /// <param name="clients">The number of clients that take turns to send, each with its own connections.</param>
    /// <param name="method">
    /// The method of all requests; <c>POST</c> and <c>PUT</c> requests carry an order: <c>order 1</c> and so on.
    /// </param>
    /// <param name="moments">Actions to perform during the run.</param>
    /// <returns>The outcome of each request. Failures are included, not thrown.</returns>
    public static async Task<HttpRun> SteadyAsync(
        IHttpTarget target, int requests, double perSecond, int clients = 20, string method = "GET",
        params IReadOnlyList<Moment> moments)
    {
        Validate(target, requests, clients, moments);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(perSecond);
        using var burst = new ClientBurst(target, clients, method, moments);
        var answers = new List<Task>(requests);
        var began = burst.Began;
        // On a dedicated thread, whose sleeps are accurate to a millisecond; task timers are coarser.
        await Task.Factory.StartNew(() =>
        {
            for (var number = 1; number <= requests; number++)
            {
                var due = began + (long)((number - 1) / perSecond * Stopwatch.Frequency);
                if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { TotalMilliseconds: > 0 and var early })
                {
                    Thread.Sleep((int)Math.Ceiling(early)); // never too early
                }

                var (request, client) = (number, (number - 1) % clients + 1);
                answers.Add(Task.Run(() => burst.SendAsync(request, client, due)));
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        await Task.WhenAll(answers).ConfigureAwait(false);
        return await burst.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Sends a single request from a new client.</summary>
    /// <param name="target">The target of the request.</param>
    /// <param name="method">The request method.</param>
    /// <param name="body">The request content; none by default.</param>
    public static async Task<HttpAnswer> AskAsync(IHttpTarget target, string method = "GET", string? body = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var client = new HttpLoadClient(target, 1);
        var due = Stopwatch.GetTimestamp();
        return await client.AskAsync(1, method, body, due, due).ConfigureAwait(false);
    }

    private static void Validate(IHttpTarget target, int requests, int clients, IReadOnlyList<Moment> moments)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(clients, 1);
        if (moments.FirstOrDefault(moment => moment.Request < 1 || moment.Request > requests) is { } never)
        {
            throw new ArgumentOutOfRangeException(
                nameof(moments),
                InvariantText.Format(
                    $"'{never.What}' would never happen: it is due before request {never.Request} of {requests}."));
        }
    }

    /// <summary>The clients of one run, their answers, and the actions performed during the run.</summary>
    private sealed class ClientBurst(IHttpTarget target, int clients, string method, IReadOnlyList<Moment> moments) : IDisposable
    {
        private readonly HttpLoadClient[] _clients =
            [.. Enumerable.Range(1, clients).Select(number => new HttpLoadClient(target, number))];
        private readonly Lock _gate = new();
        private readonly List<HttpAnswer> _answers = [];
        private readonly List<(TimeSpan At, string What)> _happened = [];
        private readonly List<Task> _doing = [];

        public long Began { get; } = Stopwatch.GetTimestamp();

        public async Task SendAsync(int number, int client, long due)
        {
            Happen(number);
            var body = method is "POST" or "PUT" ? InvariantText.Format($"order {number}") : null;
            var answer = await _clients[client - 1].AskAsync(number, method, body, Began, due).ConfigureAwait(false);
            lock (_gate)
            {
                _answers.Add(answer);
            }
        }

        public async Task<HttpRun> EndAsync()
        {
            await Task.WhenAll(_doing).ConfigureAwait(false);
            return new HttpRun(
                target.RoutingPolicy, target.OriginNames, clients,
                [.. _answers.OrderBy(answer => answer.Number)],
                [.. _happened.OrderBy(moment => moment.At)]);
        }

        public void Dispose() => Array.ForEach(_clients, client => client.Dispose());

        private void Happen(int number)
        {
            foreach (var moment in moments.Where(moment => moment.Request == number))
            {
                lock (_gate)
                {
                    _happened.Add((Stopwatch.GetElapsedTime(Began), moment.What));
                    _doing.Add(Task.Run(moment.Do));
                }
            }
        }
    }
}
