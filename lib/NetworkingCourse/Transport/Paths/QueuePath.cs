using System.Threading.Channels;

namespace NetworkingCourse.Transport;

/// <summary>
/// Two in-memory queues, a <see cref="Channel{T}"/> for each direction. Nothing is copied, and system calls occur
/// only to wake a sleeping thread.
/// </summary>
internal sealed class QueuePath : MessagePath
{
    private const int Capacity = 64;

    private readonly Channel<byte[]> _there = NewChannel();
    private readonly Channel<byte[]> _back = NewChannel();

    public QueuePath() => (Near, Far) = (new End(_there.Writer, _back.Reader), new End(_back.Writer, _there.Reader));

    public override string Name => "Channel<T>, blocking";

    public override IMessageEnd Near { get; }

    public override IMessageEnd Far { get; }

    // Tells waiting readers and writers that the queues are closed.
    public override void Dispose()
    {
        _there.Writer.TryComplete();
        _back.Writer.TryComplete();
    }

    internal static Channel<byte[]> NewChannel() => Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    private sealed class End(ChannelWriter<byte[]> writer, ChannelReader<byte[]> reader) : IMessageEnd
    {
        public void Send(byte[] message)
        {
            while (!writer.TryWrite(message))
            {
                ThrowIfOver(writer.WaitToWriteAsync());
            }
        }

        public void Receive(int length)
        {
            while (!reader.TryRead(out _))
            {
                ThrowIfOver(reader.WaitToReadAsync());
            }
        }

        private static void ThrowIfOver(ValueTask<bool> goesOn)
        {
            if (!(goesOn.IsCompleted ? goesOn.Result : goesOn.AsTask().GetAwaiter().GetResult()))
            {
                throw new ChannelClosedException();
            }
        }
    }
}
