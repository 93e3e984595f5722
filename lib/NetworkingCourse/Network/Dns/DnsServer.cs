using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>
/// The base class of all name servers: it listens on one loopback port over both UDP and TCP (RFC 7766), answers queries
/// concurrently, keeps a log, and stops in an orderly way. A malformed message affects only its sender.
/// </summary>
public abstract class DnsServer : NetworkService
{
    private const int MaxConcurrent = 256;
    private const int MaxConnections = 64;

    private readonly SemaphoreSlim _connections = new(MaxConnections);
    private readonly Lock _gate = new();
    private readonly DnsSockets _sockets;
    private readonly TimeSpan _patience;
    private readonly HashSet<Task> _working = [];

    /// <summary>Binds the sockets.</summary>
    /// <param name="name">The name of the server.</param>
    /// <param name="endPoint">
    /// The loopback endpoint to listen on; with port 0, the system chooses a port that is free over both UDP and TCP.
    /// </param>
    /// <param name="patience">How long to wait for a TCP client's next message; 10 seconds by default.</param>
    /// <exception cref="SocketException">The port is taken, or access to it is denied.</exception>
    private protected DnsServer(string name, IPEndPoint endPoint, TimeSpan? patience = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Loopback.Require(endPoint);
        (Name, _patience) = (name, patience ?? TimeSpan.FromSeconds(10));
        _sockets = DnsSockets.Bind(endPoint);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IPEndPoint EndPoint => _sockets.EndPoint;

    /// <summary>The log of the server.</summary>
    public DnsLog Log { get; } = new();

    /// <summary>Answers a query. The base class takes care of EDNS, truncation and framing.</summary>
    /// <param name="query">A query with one question.</param>
    /// <param name="cancellation">Cancelled when the server stops.</param>
    private protected abstract ValueTask<DnsMessage> AnswerAsync(DnsMessage query, CancellationToken cancellation);

    /// <summary>Sends datagrams before the answer. An honest server sends none.</summary>
    private protected virtual ValueTask BeforeAnswerAsync(
        DnsMessage query, DnsMessage response, IPEndPoint client, Socket socket) =>
        ValueTask.CompletedTask;

    /// <inheritdoc/>
    public override string ToHtml() => new Table(
        ["name server", "listens on (UDP and TCP)", "log"],
        [[Name, IsStopping ? "stopped" : EndPoint, Log.Summary()]]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {(IsStopping ? "stopped" : "listening on UDP and TCP")} {EndPoint}";

    // Answers concurrently: the buffer is free for the next datagram at once.
    private ValueTask HandleAsync(ReadOnlyMemory<byte> datagram, IPEndPoint client)
    {
        var message = datagram.ToArray();
        if (!TryWork(() => AnswerDatagramAsync(message, client)))
        {
            Log.Write(
                DnsEventKind.Dropped,
                client,
                bytes: message.Length,
                detail: InvariantText.Format($"{MaxConcurrent} queries are being answered"));
        }

        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        while (!IsStopping)
        {
            try
            {
                await _connections.WaitAsync(Stopping).ConfigureAwait(false);
                var client = await AcceptOneAsync().ConfigureAwait(false);
                if (!TryWork(() => ConverseAsync(client)))
                {
                    client.Dispose();
                    _connections.Release();
                }
            }
            catch (Exception exception) when (!IsStopping)
            {
                LogFailure(exception);
                await Task.Delay(FailurePause, Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception
                is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return; // the server is stopping
            }
        }
    }

    private async Task<Socket> AcceptOneAsync()
    {
        try
        {
            return await _sockets.Tcp.AcceptAsync(Stopping).ConfigureAwait(false);
        }
        catch
        {
            _connections.Release();
            throw;
        }
    }

    private async Task AnswerDatagramAsync(byte[] bytes, IPEndPoint client)
    {
        if (await RespondAsync(bytes, client, overTcp: false).ConfigureAwait(false) is not { } answer)
        {
            return;
        }

        await BeforeAnswerAsync(answer.Query, answer.Response, client, _sockets.Udp).ConfigureAwait(false);
        var sent = answer.Response.ToBytes(Math.Min(answer.Query.UdpPayloadSize, DnsSockets.UdpPayloadSize));
        await _sockets.Udp.SendToAsync(sent, SocketFlags.None, client, Stopping).ConfigureAwait(false);
        LogAnswer(answer.Response, sent, client, overTcp: false);
    }

    private async Task ConverseAsync(Socket socket)
    {
        var client = (IPEndPoint)socket.RemoteEndPoint!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        try
        {
            Log.Write(DnsEventKind.Connected, client, overTcp: true);
            patience.CancelAfter(_patience);
            while (await DnsFraming.ReceiveAsync(socket, patience.Token).ConfigureAwait(false) is { } bytes)
            {
                if (await RespondAsync(bytes, client, overTcp: true).ConfigureAwait(false) is { } answer)
                {
                    var sent = Whole(answer.Query, answer.Response, client);
                    patience.CancelAfter(_patience);
                    await DnsFraming.SendAsync(socket, sent, patience.Token).ConfigureAwait(false);
                    LogAnswer(answer.Response, sent, client, overTcp: true);
                }

                patience.CancelAfter(_patience);
            }

            Log.Write(DnsEventKind.Closed, client, overTcp: true);
        }
        catch (EndOfStreamException exception)
        {
            Log.Write(DnsEventKind.CutOff, client, overTcp: true, detail: exception.Message);
        }
        catch (OperationCanceledException) when (!IsStopping)
        {
            Log.Write(
                DnsEventKind.TimedOut,
                client,
                overTcp: true,
                detail: $"no complete message within {InvariantText.Of(_patience)}");
        }
        catch (SocketException exception) when (!IsStopping)
        {
            Log.Write(DnsEventKind.Reset, client, overTcp: true, detail: exception.Message);
        }
        finally
        {
            socket.Dispose();
            _connections.Release();
        }
    }

    // The response to a message, if it gets one. A response is never answered: otherwise two servers could loop for ever.
    private async ValueTask<(DnsMessage Query, DnsMessage Response)?> RespondAsync(byte[] bytes, IPEndPoint client, bool overTcp)
    {
        if (DnsReader.ReadHeader(bytes) is not { IsResponse: false } header)
        {
            var what = DnsMessage.TryParse(bytes, out _, out var why) ? "an unsolicited response" : why;
            Log.Write(DnsEventKind.Garbage, client, overTcp, bytes.Length, what);
            return null;
        }

        // Other operations give the rest of the message another format, so it is not read.
        if (header.Operation != DnsOperation.Query)
        {
            Log.Write(DnsEventKind.Asked, client, overTcp, bytes.Length, $"operation: {InvariantText.Of(header.Operation)}");
            return (header, header.Respond(ResponseCode.NotImplemented));
        }

        if (!DnsMessage.TryParse(bytes, out var query, out var problem))
        {
            Log.Write(DnsEventKind.Garbage, client, overTcp, bytes.Length, problem);
            return (header, header.Respond(ResponseCode.FormatError));
        }

        var count = query!.Questions.Count;
        var asked = count == 1 ? query.Questions[0].ToString() : InvariantText.Format($"{count} questions");
        Log.Write(DnsEventKind.Asked, client, overTcp, bytes.Length, asked);
        var response = Refusal(query) ?? await AnswerAsync(query, Stopping).ConfigureAwait(false);
        // A query with EDNS gets a response with EDNS (RFC 6891, section 6.1.1), in which DO is copied (RFC 3225, section 3).
        if (Edns.Of(query) is { } edns)
        {
            var options = new Edns(DnsSockets.UdpPayloadSize, DnssecOk: edns.DnssecOk).ToRecord();
            response = response with { Additional = [.. response.Additional, options] };
        }

        return (query, response);
    }

    // The response to a query that no server of this course answers; null if the query is to be answered.
    private static DnsMessage? Refusal(DnsMessage query) =>
        !Edns.IsValid(query) ? query.Respond(ResponseCode.FormatError)
        : Edns.Of(query) is { Version: > 0 } ? query.Respond(ResponseCode.BadVersion) // RFC 6891, section 6.1.3
        : query.Questions is not [var question] ? query.Respond(ResponseCode.FormatError) with { Questions = [] } // RFC 9619
        : question.Class is not (DnsClass.Internet or DnsClass.Any) ? query.Respond(ResponseCode.Refused)
        : question.Type switch
        {
            DnsType.AXFR or DnsType.IXFR or DnsType.MAILA or DnsType.MAILB => query.Respond(ResponseCode.NotImplemented),
            0 or DnsType.ANY => null,
            var type => type.IsMeta() ? query.Respond(ResponseCode.FormatError) : null,
        };

    // A TCP client cannot retry over another transport: an answer that does not fit into any message is a failure.
    private byte[] Whole(DnsMessage query, DnsMessage response, IPEndPoint client)
    {
        var bytes = response.ToBytes(DnsMessage.MaxLength);
        if (!IsTruncated(bytes))
        {
            return bytes;
        }

        var why = InvariantText.Format($"the answer has more than {DnsMessage.MaxLength:N0} bytes");
        Log.Write(DnsEventKind.Failed, client, overTcp: true, detail: why);
        var options = response.Additional.Where(record => record.Type == DnsType.OPT);
        return (query.Respond(ResponseCode.ServerFailure) with { Additional = [.. options] }).ToBytes();
    }

    private static bool IsTruncated(byte[] response) => (response[2] & 0x02) != 0;

    private void LogAnswer(DnsMessage response, byte[] sent, IPEndPoint client, bool overTcp)
    {
        var isTruncated = IsTruncated(sent);
        var content = response.Answers.Count > 0
                ? InvariantText.Count(response.Answers.Count, "answer")
            : response.Authority.Any(record => record.Type == DnsType.NS) ? $"ask the servers of {response.Authority[0].Name}"
            : "no answer";
        Log.Write(
            isTruncated ? DnsEventKind.Truncated : DnsEventKind.Answered,
            client,
            overTcp,
            sent.Length,
            response.Code == ResponseCode.NoError ? content : InvariantText.Of(response.Code));
    }

    private bool TryWork(Func<Task> work)
    {
        lock (_gate)
        {
            if (_working.Count >= MaxConcurrent + MaxConnections || IsStopping)
            {
                return false;
            }

            var task = Task.Run(() => GuardAsync(work));
            _working.Add(task);
            task.ContinueWith(
                Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return true;
        }
    }

    private void Forget(Task done)
    {
        lock (_gate)
        {
            _working.Remove(done);
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException && IsStopping)
        {
        }
        catch (Exception exception)
        {
            LogFailure(exception);
        }
    }

    private void LogFailure(Exception exception) =>
        Log.Write(DnsEventKind.Failed, detail: $"{exception.GetType().Name}: {exception.Message}");

    private protected override string LogSummary => Log.Summary();

    private protected override Task ServeAsync() => Task.WhenAll(
        Task.Run(() => DatagramLoop.RunAsync(_sockets.Udp, HandleAsync, LogFailure, Stopping)), Task.Run(AcceptAsync));

    private protected override void LogListening() => Log.Write(DnsEventKind.Listening, detail: $"on {EndPoint}, UDP and TCP");

    private protected override void LogStopping() => Log.Write(DnsEventKind.Stopping);

    private protected override void LogStopped() => Log.Write(DnsEventKind.Stopped);

    private protected override async Task WhenServedAsync()
    {
        await base.WhenServedAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] working;
        lock (_gate)
        {
            working = [.. _working];
        }

        await Task.WhenAll(working).ConfigureAwait(false);
    }

    private protected override ValueTask ReleaseAsync()
    {
        _sockets.Dispose();
        _connections.Dispose();
        return ValueTask.CompletedTask;
    }
}
