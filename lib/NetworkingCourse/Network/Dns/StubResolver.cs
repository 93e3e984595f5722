using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse.Network;

/// <summary>How a client asks.</summary>
public sealed record AskOptions
{
    /// <summary>How long to wait for an answer, each time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many times to ask over UDP, at the most.</summary>
    public int Tries { get; init; } = 2;

    /// <summary>Whether the server is to find the answer wherever it is.</summary>
    public bool RecursionDesired { get; init; } = true;

    /// <summary>Whether to ask over TCP from the beginning.</summary>
    public bool OverTcp { get; init; }

    /// <summary>How long a UDP answer may be, said by EDNS (RFC 6891); null says nothing, and then it is 512 bytes.</summary>
    public ushort? UdpPayloadSize { get; init; }
}

/// <summary>
/// Asks one server and believes what it says: a stub resolver, as every machine has one (RFC 1034, section 5.3.1). It asks over UDP, again if nothing comes,
/// and over TCP if the answer was too long. It believes a response only if it comes from where the query went, has its number, and answers its question
/// (RFC 5452, section 9.1).
/// </summary>
public static class StubResolver
{
    private const int MaxRefused = 100;

    /// <summary>Asks.</summary>
    /// <param name="server">Whom: an address of loopback.</param>
    /// <param name="name">About which name.</param>
    /// <param name="type">What is wanted of it.</param>
    /// <param name="options">How; null for what is usual.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The server is not on loopback.</exception>
    /// <exception cref="FormatException">That is no name.</exception>
    public static Task<DnsExchange> AskAsync(IPEndPoint server, string name, DnsType type = DnsType.A, AskOptions? options = null, CancellationToken cancellation = default) =>
        AskAsync(server, DnsName.Parse(name), type, options ?? new AskOptions(), cancellation);

    /// <inheritdoc cref="AskAsync(IPEndPoint, string, DnsType, AskOptions?, CancellationToken)"/>
    public static Task<DnsExchange> AskAsync(DnsServer server, string name, DnsType type = DnsType.A, AskOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        return AskAsync(server.EndPoint, name, type, options, cancellation);
    }

    internal static async Task<DnsExchange> AskAsync(IPEndPoint server, DnsName name, DnsType type, AskOptions options, CancellationToken cancellation)
    {
        Loopback.Require(server);
        var attempts = new List<DnsAttempt>();
        for (var i = 0; i < (options.OverTcp ? 0 : options.Tries); i++)
        {
            // A new number and a new port each time: an attacker has to guess anew.
            var (attempt, response) = await AttemptAsync(server, NewQuery(name, type, options), options.Timeout, overTcp: false, cancellation).ConfigureAwait(false);
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
            var (attempt, response) = await AttemptAsync(server, NewQuery(name, type, options), options.Timeout, overTcp: true, cancellation).ConfigureAwait(false);
            return new DnsExchange(new DnsQuestion(name, type), [.. attempts, attempt], response);
        }

        return new DnsExchange(new DnsQuestion(name, type), attempts, null);
    }

    private static DnsMessage NewQuery(DnsName name, DnsType type, AskOptions options) => DnsMessage.Query(name, type, recursionDesired: options.RecursionDesired) with
    {
        Additional = options.UdpPayloadSize is { } size ? [DnsMessage.UdpSize(size)] : [],
    };

    private static async Task<(DnsAttempt Attempt, DnsMessage? Response)> AttemptAsync(IPEndPoint server, DnsMessage query, TimeSpan timeout, bool overTcp, CancellationToken cancellation)
    {
        var (sent, refused, bytes) = (Stopwatch.GetTimestamp(), new List<string>(), query.ToBytes());
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(timeout);
        (DnsMessage Message, byte[] Bytes)? response = null;
        string outcome;
        try
        {
            response = overTcp ? await OverTcpAsync(server, query, bytes, refused, timer.Token).ConfigureAwait(false) : await OverUdpAsync(server, query, bytes, refused, timer.Token).ConfigureAwait(false);
            outcome = response is { } came ? DnsLadder.Summary(came.Message) : "the connection ended without an answer that could be believed";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            outcome = $"no answer within {InvariantText.Of(timeout)}";
        }
        catch (Exception exception) when (exception is SocketException or EndOfStreamException)
        {
            outcome = exception is SocketException socket ? InvariantText.Of(socket.SocketErrorCode) : exception.Message;
        }

        // The cast, because no array would otherwise become an empty memory instead of none.
        var received = response is { } whole ? (ReadOnlyMemory<byte>?)whole.Bytes : null;
        return (new DnsAttempt(server, overTcp, bytes, received, refused, sent, Stopwatch.GetTimestamp(), outcome), response?.Message);
    }

    // The socket is not connected: then the system would sort out what comes from elsewhere, and nobody would see it.
    private static async Task<(DnsMessage, byte[])?> OverUdpAsync(IPEndPoint server, DnsMessage query, byte[] bytes, List<string> refused, CancellationToken cancellation)
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

                problem = $"it comes from {received.RemoteEndPoint}, and {server} was asked";
            }

            refused.Add(problem);
        }

        return null;
    }

    private static async Task<(DnsMessage, byte[])?> OverTcpAsync(IPEndPoint server, DnsMessage query, byte[] bytes, List<string> refused, CancellationToken cancellation)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await DnsFraming.SendAsync(socket, bytes, cancellation).ConfigureAwait(false);
        while (refused.Count < MaxRefused && await DnsFraming.ReceiveAsync(socket, cancellation).ConfigureAwait(false) is { } message)
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
        : response.Id != query.Id ? InvariantText.Format($"its ID is {response.Id}, and the query's is {query.Id}")
        // A server that could not read the question cannot repeat it.
        : response.Questions.Count == 0 && response.Code == ResponseCode.FormatError ? null
        : !response.Questions.SequenceEqual(query.Questions) ? $"it answers '{string.Join(", ", response.Questions)}', and '{query.Questions[0]}' was asked"
        : null;
}
