namespace NetworkingCourse.Transport;

/// <summary>
/// A bidirectional path between two threads of this process. Sending and receiving block the calling thread, so that comparisons
/// are between the paths themselves and not between ways of waiting.
/// </summary>
internal abstract class MessagePath : IDisposable
{
    /// <summary>The name of the path, as in the legend.</summary>
    public abstract string Name { get; }

    /// <summary>The maximum length of a message in bytes.</summary>
    public virtual int Longest => int.MaxValue;

    /// <summary>The requesting end.</summary>
    public abstract IMessageEnd Near { get; }

    /// <summary>The replying end.</summary>
    public abstract IMessageEnd Far { get; }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>One end of a path.</summary>
internal interface IMessageEnd
{
    /// <summary>Sends a complete message.</summary>
    void Send(byte[] message);

    /// <summary>Receives a message.</summary>
    /// <param name="length">The length of the message, which both ends know.</param>
    void Receive(int length);
}
