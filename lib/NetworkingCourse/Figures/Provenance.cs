using System.Globalization;
using System.Runtime.InteropServices;

namespace NetworkingCourse.Figures;

/// <summary>Where and when something was measured. It names the kind of machine, never its owner.</summary>
/// <param name="Machine">The operating system and its architecture.</param>
/// <param name="Cores">The number of cores that this process may use.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Date">The date and time in UTC, in the format of RFC 3339.</param>
public sealed record Provenance(string Machine, int Cores, string Runtime, string Date)
{
    /// <summary>The provenance of a measurement on this machine, now.</summary>
    public static Provenance Here() => new(
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
        Environment.ProcessorCount,
        RuntimeInformation.FrameworkDescription,
        DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Machine} · {Display.InvariantText.Count(Cores, "core")} · "
        + FormattableString.Invariant($"{Runtime} · {Date}");
}
