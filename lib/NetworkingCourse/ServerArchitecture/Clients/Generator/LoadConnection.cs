using System.Text;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// One connection of clients that cost next to nothing, without its socket: what it asks, how far that has been sent, and whether what comes back is
/// the answer, byte for byte. The question names the connection, so that an answer on the wrong connection is noticed.
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

    /// <summary>Which of them it is, counted from 1.</summary>
    public int Number { get; }

    public LoadConnectionState State { get; set; } = LoadConnectionState.Connecting;

    /// <summary>The ephemeral port of its own end; 0 as long as it is not connected.</summary>
    public int Port { get; private set; }

    /// <summary>When its handshake was finished, in ticks of <see cref="System.Diagnostics.Stopwatch"/>; null as long as it is not.</summary>
    public long? Connected { get; private set; }

    /// <summary>When the question was sent, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Asked { get; private set; }

    /// <summary>Why it asks no more; null while it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether it is connected, has the answer to all that it asked, and can ask again.</summary>
    public bool IsReady => State == LoadConnectionState.Ready;

    /// <summary>What of the question has not been sent yet.</summary>
    public ReadOnlyMemory<byte> Rest => _question.AsMemory(_sent);

    /// <summary>Its handshake is finished.</summary>
    public void Connect(int port, long now) => (State, Port, Connected) = (LoadConnectionState.Ready, port, now);

    public void Begin(long now) => (State, Asked, _sent, _received) = (LoadConnectionState.Asking, now, 0, 0);

    /// <summary>Says that the next bytes of the question have been sent.</summary>
    /// <returns>Whether all of it has.</returns>
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

    /// <summary>Takes what has been received. Anything that is not the answer is a failure.</summary>
    /// <returns>Whether the answer is complete.</returns>
    public bool Received(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            Fail("closed by the server");
        }
        else if (State == LoadConnectionState.Ready)
        {
            Fail("bytes came that nobody had asked for");
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

    /// <summary>It has all its answers, and is about to close.</summary>
    public void Finish() => State = LoadConnectionState.Finished;

    public void Fail(string reason) => (State, Failure) = (LoadConnectionState.Failed, Failure ?? reason);
}

/// <summary>Where such a connection stands.</summary>
internal enum LoadConnectionState
{
    /// <summary>The handshake is not finished.</summary>
    Connecting,

    /// <summary>It has asked nothing, or has its answer.</summary>
    Ready,

    /// <summary>The question is on its way out.</summary>
    Asking,

    /// <summary>The question has been sent.</summary>
    Awaiting,

    /// <summary>It has all its answers.</summary>
    Finished,

    /// <summary>It is of no use any more.</summary>
    Failed,
}
