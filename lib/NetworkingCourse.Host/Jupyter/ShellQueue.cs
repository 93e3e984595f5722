using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Messages;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter;

/// <summary>
/// Answers requests one after the other, on the thread that runs it: that one belongs to no pool, which cells could use up.
/// </summary>
/// <param name="channels">Where replies go.</param>
/// <param name="replies">What answers requests.</param>
/// <param name="log">Told what is not understood.</param>
internal sealed class ShellQueue(Channels channels, IEnumerable<IReplies> replies, Action<string> log) : IDisposable
{
    private readonly Dictionary<string, IReplies> _replies = replies.ToDictionary(reply => reply.RequestType);
    private readonly BlockingCollection<(Request Request, Channel Channel, long Number)> _waiting = [];
    private long _received;

    /// <summary>Up to this number, cells are not run: one before them has failed.</summary>
    private long _abortedUpTo;

    /// <summary>Takes a request that came on a channel.</summary>
    public void Add(Request request, Channel channel)
    {
        try
        {
            _waiting.Add((request, channel, Interlocked.Increment(ref _received)));
        }
        catch (InvalidOperationException)
        {
            // The kernel ends.
        }
    }

    /// <summary>No more requests are taken, and those that wait are not answered.</summary>
    public void Complete() => _waiting.CompleteAdding();

    /// <summary>Answers what comes, until no more requests are taken.</summary>
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
            // No target of any name is known here; so the other side is told to close it again.
            channels.Broadcast(MessageTypes.CommClose, request, new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() });
            return;
        }

        if (!_replies.TryGetValue(request.Type, out var replies))
        {
            if (request.Type is not (MessageTypes.CommMessage or MessageTypes.CommClose))
            {
                log($"A message on the {channel} channel was dropped: nothing here answers a {request.Type}.");
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
            // A request that asks for nonsense, or a fault of this program: neither is a reason to end.
            log($"A {request.Type} could not be answered: {exception}");
            return Errors.Reply(new(exception.GetType().Name, exception.Message, [exception.Message]));
        }
    }
}
