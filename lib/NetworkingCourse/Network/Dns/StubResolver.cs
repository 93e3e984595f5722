using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;

namespace NetworkingCourse.Network;

/// <summary>A client's options for a query.</summary>
public sealed record AskOptions
{
    /// <summary>How long to wait for an answer to each attempt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The maximum number of attempts over UDP.</summary>
    public int Tries { get; init; } = 2;

    /// <summary>Whether the server is asked to resolve the name recursively.</summary>
    public bool RecursionDesired { get; init; } = true;

    /// <summary>Whether to use TCP from the start.</summary>
    public bool OverTcp { get; init; }

    /// <summary>
    /// The longest UDP response accepted, in bytes, as announced by EDNS (RFC 6891); null announces nothing, which limits
    /// responses to 512 bytes.
    /// </summary>
    public ushort? UdpPayloadSize { get; init; }
}

/// <summary>
/// A stub resolver, as found on every machine (RFC 1034, section 5.3.1): it asks a single server and relies on its answer. It
/// asks over UDP, retries if no answer arrives, and switches to TCP if the answer was truncated. It accepts a response only if it
/// comes from the endpoint queried, has the query's ID, and answers the query's question (RFC 5452, section 9.1).
/// </summary>
public static class StubResolver
{
    private const int MaxRefused = 100;

    /// <summary>Sends a query to a server and waits for the answer.</summary>
    /// <param name="server">The loopback endpoint of the server.</param>
    /// <param name="name">The name to look up.</param>
    /// <param name="type">The type of record wanted.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <exception cref="ArgumentException">The server is not on loopback.</exception>
    /// <exception cref="FormatException">The text is not a domain name.</exception>
    public static Task<DnsExchange> AskAsync(
        IPEndPoint server,
        string name,
        DnsType type = DnsType.A,
        AskOptions? options = null,
        CancellationToken cancellation = default) =>
        AskAsync(server, DnsName.Parse(name), type, options ?? new AskOptions(), cancellation);

    /// <inheritdoc cref="AskAsync(IPEndPoint, string, DnsType, AskOptions?, CancellationToken)"/>
    public static Task<DnsExchange> AskAsync(
        DnsServer server,
        string name,
        DnsType type = DnsType.A,
        AskOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        return AskAsync(server.EndPoint, name, type, options, cancellation);
    }

    internal static async Task<DnsExchange> AskAsync(
        IPEndPoint server, DnsName name, DnsType type, AskOptions options, CancellationToken cancellation)
    {
        Loopback.Require(server);
        var attempts = new List<DnsAttempt>();
        for (var i = 0; i < (options.OverTcp ? 0 : options.Tries); i++)
        {
            // Every attempt uses a new ID and a new port, so that an attacker has to guess again.
            var (attempt, response) =
                await AttemptAsync(server, NewQuery(name, type, options), options.Timeout, overTcp: false, cancellation)
                    .ConfigureAwait(false);
            attempts.Add(attempt);
            if (response is { IsTruncated: false })
            {
                return new DnsExchange(new DnsQuestion(name, type), attempts, response);
            }

            if (response is not null)
            {
                break;
            }
        }

        if (options.OverTcp || attempts[^1].Response is not null)
        {
            var (attempt, response) =
                await AttemptAsync(server, NewQuery(name, type, options), options.Timeout, overTcp: true, cancellation)
                    .ConfigureAwait(false);
            return new DnsExchange(new DnsQuestion(name, type), [.. attempts, attempt], response);
        }

        return new DnsExchange(new DnsQuestion(name, type), attempts, null);
    }

    private static DnsMessage NewQuery(DnsName name, DnsType type, AskOptions options) =>
        DnsMessage.Query(name, type, recursionDesired: options.RecursionDesired) with
        {
            Additional = options.UdpPayloadSize is { } size ? [DnsMessage.UdpSize(size)] : [],
        };

    private static async Task<(DnsAttempt Attempt, DnsMessage? Response)> AttemptAsync(
        IPEndPoint server, DnsMessage query, TimeSpan timeout, bool overTcp, CancellationToken cancellation)
    {
        var (sent, refused, bytes) = (Stopwatch.GetTimestamp(), new List<string>(), query.ToBytes());
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(timeout);
        (DnsMessage Message, byte[] Bytes)? response = null;
        string outcome;
        try
        {
            response = overTcp
                ? await OverTcpAsync(server, query, bytes, refused, timer.Token).ConfigureAwait(false)
                : await OverUdpAsync(server, query, bytes, refused, timer.Token).ConfigureAwait(false);
            outcome = response is { } came
                ? DnsLadder.Summary(came.Message)
                : "the connection ended without an acceptable answer";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            outcome = $"no answer within {InvariantText.Of(timeout)}";
        }
        catch (Exception exception) when (exception is SocketException or EndOfStreamException)
        {
            outcome = exception is SocketException socket ? InvariantText.Of(socket.SocketErrorCode) : exception.Message;
        }

        // The cast is needed: without it, null would convert to an empty memory rather than to none.
        var received = response is { } whole ? (ReadOnlyMemory<byte>?)whole.Bytes : null;
        return (
            new DnsAttempt(server, overTcp, bytes, received, refused, sent, Stopwatch.GetTimestamp(), outcome),
            response?.Message);
    }

    // The socket is left unconnected: a connected one would silently discard what comes from elsewhere, and hide it from view.
    private static async Task<(DnsMessage, byte[])?> OverUdpAsync(
        IPEndPoint server, DnsMessage query, byte[] bytes, List<string> refused, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var isV4 = server.AddressFamily == AddressFamily.InterNetwork;
        socket.Bind(new IPEndPoint(isV4 ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        await socket.SendToAsync(bytes, SocketFlags.None, server, cancellation).ConfigureAwait(false);
        var (buffer, anyone) = (new byte[65_535], new IPEndPoint(isV4 ? IPAddress.Any : IPAddress.IPv6Any, 0));
        while (refused.Count < MaxRefused)
        {
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, cancellation).ConfigureAwait(false);
            var message = buffer[..received.ReceivedBytes];
            if (Problem(query, message, out var response) is not { } problem)
            {
                if (received.RemoteEndPoint.Equals(server))
                {
                    return (response!, message);
                }

                problem = $"it comes from {received.RemoteEndPoint}, but {server} was asked";
            }

            refused.Add(problem);
        }

        return null;
    }

    private static async Task<(DnsMessage, byte[])?> OverTcpAsync(
        IPEndPoint server, DnsMessage query, byte[] bytes, List<string> refused, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await DnsFraming.SendAsync(socket, bytes, cancellation).ConfigureAwait(false);
        while (refused.Count < MaxRefused
            && await DnsFraming.ReceiveAsync(socket, cancellation).ConfigureAwait(false) is { } message)
        {
            if (Problem(query, message, out var response) is not { } problem)
            {
                return (response!, message);
            }

            refused.Add(problem);
        }

        return null;
    }

    private static string? Problem(DnsMessage query, byte[] bytes, out DnsMessage? response) =>
        !DnsMessage.TryParse(bytes, out response, out var problem) ? problem
        : !response!.IsResponse ? "it is a query"
        : response.Id != query.Id ? InvariantText.Format($"its ID is {response.Id}, but the query's is {query.Id}")
        // A server that could not read the question cannot repeat it.
        : response.Questions.Count == 0 && response.Code == ResponseCode.FormatError ? null
        : !response.Questions.SequenceEqual(query.Questions)
            ? $"it answers '{string.Join(", ", response.Questions)}', but '{query.Questions[0]}' was asked"
        : null;
}
