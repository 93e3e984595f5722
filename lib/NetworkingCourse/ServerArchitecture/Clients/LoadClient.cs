using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using NetworkingCourse.Display;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>One client of a run: what it does, and the stopwatch that goes with it.</summary>
internal sealed class LoadClient(IPEndPoint server, int number, int questions, long began, StartingGate? gate, TimeSpan limit, Func<bool> isEarly)
{
    private readonly List<long> _answers = new(questions);
    private long _started;
    private long? _connected;
    private int _port;
    private bool _atGate;

    /// <summary>Connects, waits at the gate if there is one, asks, closes. Whatever goes wrong is in the record, not thrown.</summary>
    public async Task<ClientRecord> ConverseAsync(CancellationToken cancellation)
    {
        _started = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            await using var client = await Client.ConnectAsync(server, cancellation).ConfigureAwait(false);
            _connected = Stopwatch.GetTimestamp();
            _port = client.LocalEndPoint.Port;
            if (gate is not null)
            {
                ArriveAtGate();
                await gate.WaitAsync(cancellation).ConfigureAwait(false);
                _started = gate.Opened!.Value;
            }

            for (var i = 1; i <= questions; i++)
            {
                await client.SendAsync(Encoding.ASCII.GetBytes($"question {i} of client {number}?"), cancellation).ConfigureAwait(false);
                _ = await client.ReceiveAnswerAsync(cancellation).ConfigureAwait(false);
                _answers.Add(Stopwatch.GetTimestamp());
            }
        }
        catch (OperationCanceledException)
        {
            failure = isEarly() ? "the run was cancelled" : Words.Invariant($"no answer within {limit.TotalSeconds:0.###} s");
        }
        catch (SocketException exception)
        {
            failure = Explain(exception);
        }
        catch (IOException exception)
        {
            failure = exception.Message;
        }
        finally
        {
            // Who cannot connect must not keep the others waiting.
            ArriveAtGate();
        }

        return new ClientRecord(number, _port, Since(_started), _connected is { } time ? Since(time) : null, [.. _answers.Select(Since)], failure);
    }

    private void ArriveAtGate()
    {
        if (gate is not null && !_atGate)
        {
            _atGate = true;
            gate.Arrive();
        }
    }

    private TimeSpan Since(long timestamp) => Stopwatch.GetElapsedTime(gate?.Opened ?? began, timestamp);

    private static string Explain(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionReset => "reset by the server",
        SocketError.ConnectionRefused => "refused: nobody listens there",
        SocketError.TooManyOpenSockets => "this process has no descriptor left for a socket",
        var code => $"{code}: {exception.Message}",
    };
}
