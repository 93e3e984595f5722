using System.Diagnostics;
using System.Threading.Channels;

namespace NetworkingCourse.Transport;

/// <summary>
/// Two tasks that communicate through an in-memory queue per direction and await when they have to wait, which is the intended
/// use of <see cref="Channel{T}"/>. No thread is put to sleep and woken: the waiting task continues on the writer's thread or on
/// another thread of the pool.
/// </summary>
internal sealed class AwaitedQueueRun : IPathRun
{
    private static readonly byte[] Receipt = [0];

    private readonly Channel<byte[]> _there = QueuePath.NewChannel();
    private readonly Channel<byte[]> _back = QueuePath.NewChannel();

    public string Name => "Channel<T>, awaited";

    public int Longest => int.MaxValue;

    public void PingPong(int length, TimeSpan duration, List<double> roundTrips)
    {
        var message = new byte[length];
        foreach (var count in Rounds.For(duration))
        {
            Both(() => AskAsync(count, message, roundTrips), () => AnswerAsync(count, batch: 1, message));
        }
    }

    public (long Messages, TimeSpan Elapsed) Stream(int length, TimeSpan duration)
    {
        var message = new byte[length];
        var batch = Rounds.Batch(length);
        var (messages, start) = (0L, Stopwatch.GetTimestamp());
        foreach (var count in Rounds.For(duration))
        {
            Both(() => SendAsync(count, batch, message), () => AnswerAsync(count, batch, Receipt));
            messages += count * batch;
        }

        return (messages, Stopwatch.GetElapsedTime(start));
    }

    public void Dispose()
    {
        _there.Writer.TryComplete();
        _back.Writer.TryComplete();
    }

    private static void Both(Func<Task> one, Func<Task> other) =>
        Task.WhenAll(Task.Run(one), Task.Run(other)).GetAwaiter().GetResult();

    private async Task AskAsync(int count, byte[] message, List<double> roundTrips)
    {
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await _there.Writer.WriteAsync(message).ConfigureAwait(false);
            await _back.Reader.ReadAsync().ConfigureAwait(false);
            roundTrips.Add(Rounds.MicrosecondsSince(start));
        }
    }

    private async Task SendAsync(int count, int batch, byte[] message)
    {
        for (var i = 0; i < count; i++)
        {
            for (var sent = 0; sent < batch; sent++)
            {
                await _there.Writer.WriteAsync(message).ConfigureAwait(false);
            }

            await _back.Reader.ReadAsync().ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(int count, int batch, byte[] answer)
    {
        for (var i = 0; i < count; i++)
        {
            for (var received = 0; received < batch; received++)
            {
                await _there.Reader.ReadAsync().ConfigureAwait(false);
            }

            await _back.Writer.WriteAsync(answer).ConfigureAwait(false);
        }
    }
}
