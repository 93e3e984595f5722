using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>Injects one fault into a server, and observes what its other clients see.</summary>
internal sealed class FaultProbe(IPEndPoint server, TimeSpan questionDeadline)
{
    // How long the system may take to show that a connection has been closed.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private const int MinLooks = 5;

    // A server that serves one client at a time serves the next one when the deadline of the faulty one has passed.
    private readonly TimeSpan _limit = questionDeadline * 2 + TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Does a fault to the server; without one, looks how it treats clients that do nothing wrong: one asks and closes, then
    /// another does.
    /// </summary>
    /// <param name="fault">The fault; null for polite clients.</param>
    /// <param name="cancellation">Ends the probe early.</param>
    /// <exception cref="OperationCanceledException">The probe was cancelled.</exception>
    public Task<FaultResult> RunAsync(Fault? fault, CancellationToken cancellation) =>
        fault is { } known ? MisbehaveAsync(known, cancellation) : BehaveAsync(cancellation);

    private async Task<FaultResult> BehaveAsync(CancellationToken cancellation)
    {
        var first = await IsServedAsync("Yoyo?", cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return new FaultResult(null, first ? "answered" : "not answered")
        {
            AnsweredAsExpected = first,
            ServedAfterwards = await IsServedAsync("And afterwards?", cancellation).ConfigureAwait(false),
        };
    }

    private async Task<FaultResult> MisbehaveAsync(Fault fault, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(_limit);
        Client faulty;
        try
        {
            faulty = await FaultyClient.ConnectAsync(server, fault, timer.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new FaultResult(fault, "no connection") { ServedMeanwhile = false, ServedAfterwards = false };
        }

        FaultOutcome outcome;
        bool meanwhile;
        var port = faulty.LocalEndPoint.Port;
        await using (faulty.ConfigureAwait(false))
        {
            var committed = FaultyClient.InjectAsync(faulty, fault, questionDeadline, timer.Token);
            meanwhile = await IsServedAsync("Is anyone there?", cancellation).ConfigureAwait(false);
            outcome = await committed.ConfigureAwait(false);
        }

        cancellation.ThrowIfCancellationRequested();
        var afterwards = await IsServedAsync("And afterwards?", cancellation).ConfigureAwait(false);
        return new FaultResult(fault, outcome.ToString())
        {
            AnsweredAsExpected = Faults.ExpectedAnswers(fault) is { } owed
                ? owed == Encoding.ASCII.GetString(outcome.Received)
                : null,
            ServedMeanwhile = meanwhile,
            ServedAfterwards = afterwards,
            EndedInTime = Faults.WaitsForTheServer(fault) ? outcome.Ending != FaultyClient.NotEnded : null,
            NothingLeft = await IsClosedAsync(port, cancellation).ConfigureAwait(false),
        };
    }

    private async Task<bool> IsServedAsync(string question, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(_limit);
        try
        {
            await using var client = await Client.ConnectAsync(server, timer.Token).ConfigureAwait(false);
            return await client.AskAsync(question, timer.Token).ConfigureAwait(false) == question.Replace('?', '.');
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<bool> IsClosedAsync(int clientPort, CancellationToken cancellation)
    {
        // A look takes a while on a system with many connections.
        var began = Stopwatch.GetTimestamp();
        for (var looks = 1; IsOpen(clientPort); looks++)
        {
            if (looks >= MinLooks && Stopwatch.GetElapsedTime(began) >= CloseLimit)
            {
                return false;
            }

            await Task.Delay(LookInterval, cancellation).ConfigureAwait(false);
        }

        return true;
    }

    // The server's end, in a state in which the server has not closed it yet (RFC 9293, section 3.3.2).
    private bool IsOpen(int clientPort) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Any(connection =>
        connection.LocalEndPoint.Port == server.Port && connection.RemoteEndPoint.Port == clientPort
        && connection.State is TcpState.Established or TcpState.CloseWait);
}
