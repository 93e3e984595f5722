namespace NetworkingCourse.Transport;

/// <summary>
/// A way by which two threads of this process can talk, in both directions. Sending and receiving block the thread that calls: what is compared is the way, and
/// not who waits for it.
/// </summary>
internal abstract class MessagePath : IDisposable
{
    /// <summary>What it is, as in the legend.</summary>
    public abstract string Name { get; }

    /// <summary>The longest message that it takes, in bytes.</summary>
    public virtual int Longest => int.MaxValue;

    /// <summary>The end of the one who asks.</summary>
    public abstract IMessageEnd Near { get; }

    /// <summary>The end of the one who answers.</summary>
    public abstract IMessageEnd Far { get; }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>One end of a path.</summary>
internal interface IMessageEnd
{
    /// <summary>Sends a message, all of it.</summary>
    void Send(byte[] message);

    /// <summary>Receives a message.</summary>
    /// <param name="length">How long it is: both ends know.</param>
    void Receive(int length);
}
