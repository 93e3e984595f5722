using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace NetworkingCourse.Transport;

/// <summary>
/// Two anonymous pipes, one for each direction (pipe(2)): a kernel buffer, with a system call for each write and each read.
/// </summary>
internal sealed class PipePath : MessagePath
{
    private readonly FileStream[] _writing;
    private readonly FileStream[] _reading;

    public PipePath()
    {
        using var there = new AnonymousPipeServerStream(PipeDirection.Out);
        using var back = new AnonymousPipeServerStream(PipeDirection.Out);
        _writing = [Take(there.SafePipeHandle, FileAccess.Write), Take(back.SafePipeHandle, FileAccess.Write)];
        _reading = [Take(there.ClientSafePipeHandle, FileAccess.Read), Take(back.ClientSafePipeHandle, FileAccess.Read)];
        (Near, Far) = (new StreamEnd(_reading[1], _writing[0]), new StreamEnd(_reading[0], _writing[1]));
    }

    public override string Name => "anonymous pipe";

    public override IMessageEnd Near { get; }

    public override IMessageEnd Far { get; }

    public override void Dispose()
    {
        // The writing ends first, so that a blocked reader gets end of file instead of sleeping for ever.
        foreach (var stream in (FileStream[])[.. _writing, .. _reading])
        {
            stream.Dispose();
        }
    }

    // On Unix, a pipe stream of .NET does not call read(2): it waits for the pipe as for a socket, and may miss that the other
    // end is closed while the wait begins. A file stream calls read(2) and write(2), which is what is to be measured here.
    private static FileStream Take(SafePipeHandle pipe, FileAccess access)
    {
        var handle = new SafeFileHandle(pipe.DangerousGetHandle(), ownsHandle: true);
        pipe.SetHandleAsInvalid();
        return new FileStream(handle, access, bufferSize: 0);
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
