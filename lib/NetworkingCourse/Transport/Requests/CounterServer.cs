using System.Net;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.Transport;

/// <summary>
/// A counter server over UDP. Requests are <c>1 add 5</c>, <c>2 set 9</c>, <c>3 get</c>; the reply is the request's number and
/// the count. <c>set</c> and <c>get</c> are idempotent: executing them twice has the same effect as once. <c>add</c> is not, so
/// the server can remember which requests it has executed.
/// </summary>
public sealed class CounterServer : DatagramServer
{
    private const int MaxRemembered = 10_000;

    private readonly Dictionary<(IPEndPoint Client, int Number), byte[]> _answers = [];
    private readonly Queue<(IPEndPoint, int)> _oldest = new();
    private readonly bool _remembers;
    private long _count;

    private CounterServer(string name, bool remembers, int port)
        : base(name, new IPEndPoint(IPAddress.Loopback, port)) => _remembers = remembers;

    /// <summary>The current count.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Starts a server on 127.0.0.1. Clients can send requests as soon as this method returns.</summary>
    /// <param name="remembersRequests">
    /// Whether a duplicate request gets the same reply as before without being executed again.
    /// </param>
    /// <param name="name">The server's name. A running server of the same name is replaced.</param>
    /// <param name="port">The UDP port; 0 lets the system choose.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken, or may not be used.</exception>
    public static CounterServer Start(bool remembersRequests = false, string name = "counter", int port = 0) =>
        Start(name, () => new CounterServer(name, remembersRequests, port));

    /// <inheritdoc/>
    private protected override async ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        var text = Encoding.ASCII.GetString(datagram.Span).TrimEnd();
        if (Parse(text) is not { } request)
        {
            Log.Write(DatagramEventKind.Garbage, from, datagram.Length, "not a request");
            await SendAsync("A request looks like this: 1 add 5, 2 set 9, or 3 get."u8.ToArray(), from).ConfigureAwait(false);
            return;
        }

        if (_answers.TryGetValue((from, request.Number), out var before))
        {
            Log.Write(DatagramEventKind.Remembered, from, datagram.Length, $"{text}: same reply as before, not executed again");
            await SendAsync(before, from).ConfigureAwait(false);
            return;
        }

        Interlocked.Exchange(ref _count, request.Apply(_count));
        Log.Write(DatagramEventKind.Received, from, datagram.Length, InvariantText.Format($"{text}: the count is {Count}"));
        var answer = Encoding.ASCII.GetBytes(InvariantText.Format($"{request.Number} {Count}"));
        if (_remembers)
        {
            Remember((from, request.Number), answer);
        }

        if (await SendAsync(answer, from).ConfigureAwait(false))
        {
            Log.Write(DatagramEventKind.Replied, from, answer.Length);
        }
    }

    // Memory is limited: a duplicate that arrives after ten thousand other requests is taken for a new request.
    private void Remember((IPEndPoint, int) request, byte[] answer)
    {
        if (_oldest.Count == MaxRemembered)
        {
            _answers.Remove(_oldest.Dequeue());
        }

        _answers.Add(request, answer);
        _oldest.Enqueue(request);
    }

    private static (int Number, Func<long, long> Apply)? Parse(string text) => text.Split(' ') switch
    {
        [var number, "get"] when Number(number) is { } id => (id, count => count),
        [var number, "add", var amount] when Number(number) is { } id && Number(amount) is { } added =>
            (id, count => unchecked(count + added)),
        [var number, "set", var amount] when Number(number) is { } id && Number(amount) is { } value => (id, _ => value),
        _ => null,
    };

    private static int? Number(string digits) => Digits.TryParse(digits, out int number) ? number : null;
}
