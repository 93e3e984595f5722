using System.IO.Pipes;

namespace NetworkingCourse.Transport;

/// <summary>
/// Two anonymous pipes, one for each direction (pipe(2)): a kernel buffer, with a system call for each write and each read.
/// </summary>
internal sealed class PipePath : MessagePath
{
    private readonly AnonymousPipeServerStream _there = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _back = new(PipeDirection.In);
    private readonly AnonymousPipeClientStream _thereEnd;
    private readonly AnonymousPipeClientStream _backEnd;

    public PipePath()
    {
        _thereEnd = new AnonymousPipeClientStream(PipeDirection.In, _there.ClientSafePipeHandle);
        _backEnd = new AnonymousPipeClientStream(PipeDirection.Out, _back.ClientSafePipeHandle);
        (Near, Far) = (new StreamEnd(_back, _there), new StreamEnd(_thereEnd, _backEnd));
    }

    public override string Name => "anonymous pipe";

    public override IMessageEnd Near { get; }

    public override IMessageEnd Far { get; }

    public override void Dispose()
    {
        // The writing ends first, so that a blocked reader gets end of file instead of sleeping for ever.
        _there.Dispose();
        _backEnd.Dispose();
        _thereEnd.Dispose();
        _back.Dispose();
    }
}

/// <summary>An end made of streams, which have no message boundaries; both ends know the length of each message.</summary>
internal sealed class StreamEnd(Stream incoming, Stream outgoing) : IMessageEnd
{
    private byte[] _room = [];

    public void Send(byte[] message) => outgoing.Write(message);

    public void Receive(int length)
    {
        if (_room.Length < length)
        {
            _room = new byte[length];
        }

        incoming.ReadExactly(_room, 0, length);
    }
}
