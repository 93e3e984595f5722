using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Answers requests one after another on the thread that calls <see cref="Run"/>. It does not use the thread pool, which cells
/// could exhaust.
/// </summary>
/// <param name="channels">The channels for replies.</param>
/// <param name="replies">The request handlers.</param>
/// <param name="log">Logs requests that are not understood.</param>
internal sealed class ShellQueue(Channels channels, IEnumerable<IReplies> replies, Action<string> log) : IDisposable
{
    private readonly Dictionary<string, IReplies> _replies = replies.ToDictionary(reply => reply.RequestType);
    private readonly BlockingCollection<(Request Request, Channel Channel, long Number)> _waiting = [];
    private long _received;

    /// <summary>The last request number for which cells are aborted, because an earlier cell has failed.</summary>
    private long _abortedUpTo;

    /// <summary>Queues a request that arrived on a channel.</summary>
    public void Add(Request request, Channel channel)
    {
        try
        {
            _waiting.Add((request, channel, Interlocked.Increment(ref _received)));
        }
        catch (InvalidOperationException)
        {
            // The kernel is ending.
        }
    }

    /// <summary>Stops taking requests, and leaves those in the queue unanswered.</summary>
    public void Complete() => _waiting.CompleteAdding();

    /// <summary>Answers requests until <see cref="Complete()"/> is called.</summary>
    public void Run()
    {
        foreach (var (request, channel, number) in _waiting.GetConsumingEnumerable().TakeWhile(_ => !_waiting.IsAddingCompleted))
        {
            Broadcasts.Status(channels, request, Broadcasts.Busy);
            Answer(request, channel, number);
            Broadcasts.Status(channels, request, Broadcasts.Idle);
        }
    }

    public void Dispose() => _waiting.Dispose();

    private void Answer(Request request, Channel channel, long number)
    {
        if (request.Type is MessageTypes.CommOpen)
        {
            // This kernel knows no comm targets, so it tells the other side to close the comm again.
            channels.Broadcast(
                MessageTypes.CommClose,
                request,
                new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() });
            return;
        }

        if (!_replies.TryGetValue(request.Type, out var replies))
        {
            if (request.Type is not (MessageTypes.CommMessage or MessageTypes.CommClose))
            {
                log($"A message on the {channel} channel was dropped: this kernel does not handle {request.Type}.");
            }

            return;
        }

        var isExecution = request.Type == MessageTypes.ExecuteRequest;
        if (isExecution && number <= _abortedUpTo)
        {
            channels.Send(channel, replies.ReplyType, request, new JsonObject { ["status"] = "aborted" });
            return;
        }

        var reply = Reply(replies, request);
        if (isExecution && (string?)reply["status"] == "error" && request.Flag("stop_on_error", otherwise: true))
        {
            _abortedUpTo = Interlocked.Read(ref _received);
        }

        channels.Send(channel, replies.ReplyType, request, reply);
    }

    private JsonObject Reply(IReplies replies, Request request)
    {
        try
        {
            return replies.Reply(request);
        }
        catch (Exception exception)
        {
            // An invalid request, or a bug in this program: neither is a reason to end the kernel.
            log($"A {request.Type} could not be answered: {exception}");
            return Errors.Reply(new(exception.GetType().Name, exception.Message, [exception.Message]));
        }
    }
}
