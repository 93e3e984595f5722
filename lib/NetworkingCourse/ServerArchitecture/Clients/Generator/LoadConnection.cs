using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// The state of one lightweight connection, without its socket: its question, how much of it has been sent, and
/// whether the bytes that come back are the right answer. The question names the connection, so that an answer
/// on the wrong connection is detected.
/// </summary>
internal sealed class LoadConnection
{
    private readonly byte[] _question;
    private readonly byte[] _answer;
    private int _sent;
    private int _received;

    public LoadConnection(int number)
    {
        Number = number;
        _question = Encoding.ASCII.GetBytes(Display.InvariantText.Format($"question from {number:D6}?"));
        _answer = [.. _question];
        Question.TurnIntoAnswer(_answer);
    }

    /// <summary>The number of the connection, from 1.</summary>
    public int Number { get; }

    public LoadConnectionState State { get; set; } = LoadConnectionState.Connecting;

    /// <summary>The local ephemeral port; 0 until the connection is established.</summary>
    public int Port { get; private set; }

    /// <summary>When the connection was begun, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; 0 until then.</summary>
    public long Started { get; private set; }

    /// <summary>When the handshake completed, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; null until then.</summary>
    public long? Connected { get; private set; }

    /// <summary>When the question was sent, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Asked { get; private set; }

    /// <summary>Why the connection can no longer ask; null while it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether the connection is established, has no question outstanding, and can ask again.</summary>
    public bool IsReady => State == LoadConnectionState.Ready;

    /// <summary>The part of the question that has not been sent yet.</summary>
    public ReadOnlyMemory<byte> Rest => _question.AsMemory(_sent);

    /// <summary>Records that the handshake is about to begin.</summary>
    public void Start(long now) => Started = now;

    /// <summary>Records that the handshake has completed.</summary>
    public void Connect(int port, long now) => (State, Port, Connected) = (LoadConnectionState.Ready, port, now);

    public void Begin(long now) => (State, Asked, _sent, _received) = (LoadConnectionState.Asking, now, 0, 0);

    /// <summary>Records that the next bytes of the question have been sent.</summary>
    /// <returns>True if the whole question has been sent.</returns>
    public bool Sent(int count)
    {
        _sent += count;
        if (_sent < _question.Length)
        {
            return false;
        }

        State = LoadConnectionState.Awaiting;
        return true;
    }

    /// <summary>Checks the bytes received. Anything but the expected answer is a failure.</summary>
    /// <returns>True if the answer is complete.</returns>
    public bool Received(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            Fail("closed by the server");
        }
        else if (State == LoadConnectionState.Ready)
        {
            Fail("received bytes without having asked");
        }
        else if (bytes.Length > _answer.Length - _received || !bytes.SequenceEqual(_answer.AsSpan(_received, bytes.Length)))
        {
            Fail("a wrong answer");
        }
        else if ((_received += bytes.Length) == _answer.Length)
        {
            State = LoadConnectionState.Ready;
            return true;
        }

        return false;
    }

    /// <summary>Records that the connection has all its answers and is about to close.</summary>
    public void Finish() => State = LoadConnectionState.Finished;

    public void Fail(string reason) => (State, Failure) = (LoadConnectionState.Failed, Failure ?? reason);
}

/// <summary>The states of a load connection.</summary>
internal enum LoadConnectionState
{
    /// <summary>The handshake is not complete.</summary>
    Connecting,

    /// <summary>The connection has asked nothing yet, or has its answer.</summary>
    Ready,

    /// <summary>The question is being sent.</summary>
    Asking,

    /// <summary>The question has been sent; its answer is not complete.</summary>
    Awaiting,

    /// <summary>The connection has all its answers.</summary>
    Finished,

    /// <summary>The connection has failed and cannot be used again.</summary>
    Failed,
}
