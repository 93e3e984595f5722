using System.Diagnostics;
using HdrHistogram;
using HdrHistogram.Utilities;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// Millions of latencies in a few hundred kilobytes: they are counted in buckets that are narrow where the values are small, so that
/// every quantile is right to three digits (HdrHistogram, hdrhistogram.org). Not safe for use by two threads at once.
/// </summary>
public sealed class LatencyHistogram
{
    private const int Digits = 3;

    // Longer than anybody waits for an answer; what took longer is counted as this.
    private static readonly long Longest = 600 * Stopwatch.Frequency;

    private readonly HistogramBase _ticks = new LongHistogram(Longest, Digits);

    /// <summary>How many latencies it holds.</summary>
    public long Count => _ticks.TotalCount;

    /// <summary>The mean; zero if there are none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, (long)_ticks.GetMean());

    /// <summary>The longest; zero if there are none.</summary>
    public TimeSpan Max => At(100);

    /// <summary>The latency that this share of all answers, to the nearest whole answer, did not exceed; zero if there are none.</summary>
    /// <param name="percent">The share in per cent, 0 to 100: 50 for the median, 99 for what one answer in a hundred exceeds.</param>
    public TimeSpan At(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, _ticks.GetValueAtPercentile(percent));
    }

    /// <summary>Counts a latency.</summary>
    /// <param name="ticks">The latency, in ticks of <see cref="Stopwatch"/>.</param>
    public void Record(long ticks) => _ticks.RecordValue(Math.Clamp(ticks, 0, Longest));

    /// <summary>Counts all that another histogram has counted.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _ticks.Add(other._ticks);
    }

    /// <summary>
    /// The histogram in its standard form (compressed, version 2, in base 64), which the plotters of hdrhistogram.org read. Its unit
    /// are ticks of <see cref="Stopwatch"/>.
    /// </summary>
    public string ToBase64()
    {
        var buffer = ByteBuffer.Allocate(_ticks.GetNeededByteBufferCapacity());
        var bytes = new byte[_ticks.EncodeIntoCompressedByteBuffer(buffer)];
        buffer.Position = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = buffer.Get();
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>Reads a histogram that <see cref="ToBase64"/> has written on this machine.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static LatencyHistogram FromBase64(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var histogram = new LatencyHistogram();
        var bytes = ByteBuffer.Allocate(Convert.FromBase64String(text));
        try
        {
            histogram._ticks.Add(HistogramEncoding.DecodeFromCompressedByteBuffer(bytes, Longest));
        }
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException or InvalidDataException)
        {
            throw new FormatException("This is not a histogram in its compressed form.", exception);
        }

        return histogram;
    }

    /// <inheritdoc/>
    public override string ToString() => Display.InvariantText.Format(
        $"{Count:N0} latencies: half within {Display.InvariantText.Of(At(50))}, 99 % within {Display.InvariantText.Of(At(99))}, the longest {Display.InvariantText.Of(Max)}");
}
