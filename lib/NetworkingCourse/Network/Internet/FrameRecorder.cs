namespace NetworkingCourse.Network;

/// <summary>
/// Records the frames that pass a port in either direction, exactly as they are on the cable. It stops at a limit, so that a long
/// simulation does not fill the memory.
/// </summary>
internal sealed class FrameRecorder(Internet internet, int maxFrames)
{
    private readonly List<(TimeSpan At, byte[] Bytes)> _frames = [];

    public IReadOnlyList<(TimeSpan At, byte[] Bytes)> Frames => _frames;

    /// <summary>The number of frames discarded after the limit was reached.</summary>
    public int Missed { get; private set; }

    public void Add(Frame frame)
    {
        if (_frames.Count == maxFrames)
        {
            Missed++;
            return;
        }

        _frames.Add((internet.Now, (byte[])frame.Content.Clone()));
    }
}
