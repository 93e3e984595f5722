using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>One client of a run, with the timestamps of what it does. It records errors instead of throwing them.</summary>
internal sealed class LoadClient(IPEndPoint server, int number, int questions, long began)
{
    private readonly List<long> _answers = new(questions);
    private Client? _client;
    private long _started;
    private long? _connected;
    private int _port;
    private Exception? _failure;

    /// <summary>Starts the client and connects it.</summary>
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

    /// <summary>Asks the client's questions and closes.</summary>
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
                await client
                    .SendAsync(Encoding.ASCII.GetBytes($"question {i} of client {number}?"), cancellation)
                    .ConfigureAwait(false);
                _ = await client.ReceiveAnswerAsync(cancellation).ConfigureAwait(false);
                _answers.Add(Stopwatch.GetTimestamp());
            }

            // Closing costs more than all of the above, so clients whose answer has already arrived take their timestamp first.
            await Task.Yield();
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
        {
            _failure = exception;
        }
    }

    /// <summary>The record of this client.</summary>
    /// <param name="late">The reason to give if the client ran out of time before its answer came.</param>
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
