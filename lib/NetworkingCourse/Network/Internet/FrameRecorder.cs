namespace NetworkingCourse.Network;

/// <summary>Keeps what passes a port, in both directions, as it is on the cable: up to a limit, so that a long simulation does not fill the memory.</summary>
internal sealed class FrameRecorder(Internet internet, int most)
{
    private readonly List<(TimeSpan At, byte[] Bytes)> _frames = [];

    public IReadOnlyList<(TimeSpan At, byte[] Bytes)> Frames => _frames;

    /// <summary>How many there was no room for.</summary>
    public int Missed { get; private set; }

    public void Add(Frame frame)
    {
        if (_frames.Count == most)
        {
            Missed++;
            return;
        }

        _frames.Add((internet.Now, (byte[])frame.Content.Clone()));
    }
}
