using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>One client of a run: what it does, and the stopwatch that goes with it. Whatever goes wrong is in its record, not thrown.</summary>
internal sealed class LoadClient(IPEndPoint server, int number, int questions, long began)
{
    private readonly List<long> _answers = new(questions);
    private Client? _client;
    private long _started;
    private long? _connected;
    private int _port;
    private Exception? _failure;

    /// <summary>Starts: connects.</summary>
    public async Task ConnectAsync(CancellationToken cancellation)
    {
        _started = Stopwatch.GetTimestamp();
        try
        {
            _client = await Client.ConnectAsync(server, cancellation).ConfigureAwait(false);
            _connected = Stopwatch.GetTimestamp();
            _port = _client.LocalEndPoint.Port;
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            _failure = exception;
        }
    }

    /// <summary>Asks, closes.</summary>
    public async Task ConverseAsync(Task connected, CancellationToken cancellation)
    {
        await connected.ConfigureAwait(false);
        if (_client is null)
        {
            return;
        }

        await using var client = _client;
        try
        {
            for (var i = 1; i <= questions; i++)
            {
                await client.SendAsync(Encoding.ASCII.GetBytes($"question {i} of client {number}?"), cancellation).ConfigureAwait(false);
                _ = await client.ReceiveAnswerAsync(cancellation).ConfigureAwait(false);
                _answers.Add(Stopwatch.GetTimestamp());
            }

            // Closing costs more than all of the above. Others who have an answer by now look at the clock first.
            await Task.Yield();
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            _failure = exception;
        }
    }

    /// <summary>What it lived through.</summary>
    /// <param name="late">Why it has no answer, if its time was over before one came.</param>
    public ClientRecord Record(string late) => new(
        number, _port, Since(_started), _connected is { } time ? Since(time) : null, [.. _answers.Select(Since)], Explain(late));

    private TimeSpan Since(long timestamp) => Stopwatch.GetElapsedTime(began, timestamp);

    private string? Explain(string late) => _failure switch
    {
        null => null,
        OperationCanceledException => late,
        SocketException exception => SocketFailure.Explain(exception),
        _ => _failure.Message,
    };
}
