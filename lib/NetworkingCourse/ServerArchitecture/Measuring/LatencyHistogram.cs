using System.Diagnostics;
using HdrHistogram;
using HdrHistogram.Utilities;

namespace NetworkingCourse.ServerArchitecture;

/// <summary>
/// A histogram that holds millions of latencies in a few hundred kilobytes. Its buckets are narrow where the values are small,
/// so that every quantile is correct to three digits (HdrHistogram, hdrhistogram.org). Not thread-safe.
/// </summary>
public sealed class LatencyHistogram
{
    private const int Digits = 3;

    // Longer than any client waits for an answer. Longer latencies are counted as this value.
    private static readonly long Longest = 600 * Stopwatch.Frequency;

    private readonly HistogramBase _ticks = new LongHistogram(Longest, Digits);

    /// <summary>The number of latencies recorded.</summary>
    public long Count => _ticks.TotalCount;

    /// <summary>The mean; zero if there are no latencies.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, (long)_ticks.GetMean());

    /// <summary>The longest latency; zero if there are none.</summary>
    public TimeSpan Max => At(100);

    /// <summary>
    /// The latency that a given share of all answers, to the nearest whole answer, did not exceed; zero if there are none.
    /// </summary>
    /// <param name="percent">
    /// The share in per cent, from 0 to 100: 50 for the median, 99 for the latency that one answer in a hundred exceeds.
    /// </param>
    public TimeSpan At(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, _ticks.GetValueAtPercentile(percent));
    }

    /// <summary>Records a latency.</summary>
    /// <param name="ticks">The latency, in ticks of <see cref="Stopwatch"/>.</param>
    public void Record(long ticks) => _ticks.RecordValue(Math.Clamp(ticks, 0, Longest));

    /// <summary>Adds the latencies of another histogram.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _ticks.Add(other._ticks);
    }

    /// <summary>
    /// The histogram in its standard encoding (compressed, version 2, in base64), which the plotters of hdrhistogram.org read.
    /// Its unit is a tick of <see cref="Stopwatch"/>.
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

    /// <summary>Decodes a histogram that <see cref="ToBase64"/> has encoded on this machine.</summary>
    /// <exception cref="FormatException">The text is not an encoded histogram.</exception>
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
    public override string ToString() =>
        Display.InvariantText.Format($"{Count:N0} latencies: median {Display.InvariantText.Of(At(50))}, ")
        + $"99 % within {Display.InvariantText.Of(At(99))}, the longest {Display.InvariantText.Of(Max)}";
}
