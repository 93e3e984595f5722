using System.Threading.Channels;

namespace NetworkingCourse.Transport;

/// <summary>Two queues in memory: a <see cref="Channel{T}"/> for each direction. No byte is copied and the system is not asked, but to wake a thread that sleeps.</summary>
internal sealed class QueuePath : MessagePath
{
    private const int Capacity = 64;

    private readonly Channel<byte[]> _there = NewChannel();
    private readonly Channel<byte[]> _back = NewChannel();

    public QueuePath() => (Near, Far) = (new End(_there.Writer, _back.Reader), new End(_back.Writer, _there.Reader));

    public override string Name => "Channel<T>";

    public override IMessageEnd Near { get; }

    public override IMessageEnd Far { get; }

    // Whoever waits is told that nothing will come.
    public override void Dispose()
    {
        _there.Writer.TryComplete();
        _back.Writer.TryComplete();
    }

    private static Channel<byte[]> NewChannel() => Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

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
