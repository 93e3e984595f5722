using System.Globalization;

namespace NetworkingCourse.Tests.Figures;

/// <summary>How people see colours: the contrast of WCAG 2.1, and how two colours differ to several kinds of eyes.</summary>
internal static class Eyes
{
    /// <summary>
    /// How eyes see linear red, green and blue: usual eyes, and eyes that lack one kind of cone. G. M. Machado, M. M. Oliveira,
    /// L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE TVCG 15 (6), 2009,
    /// severity 1.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, double[][]> Kinds = new Dictionary<string, double[][]>
    {
        ["usual"] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        ["protan"] = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        ["deutan"] = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        ["tritan"] = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    };

    /// <summary>The contrast ratio of WCAG 2.1, 1 to 21.</summary>
    public static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(Linear(one)), Luminance(Linear(other)));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>The CIE 1976 difference between two colours; about 2.3 is the least that usual eyes see side by side.</summary>
    public static double Difference(string one, string other, double[][] eye)
    {
        var (a, b) = (Lab(See(Linear(one), eye)), Lab(See(Linear(other), eye)));
        return Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
    }

    /// <summary>A colour drawn over another with an opacity, as a browser mixes them.</summary>
    public static string Over(string background, string colour, double opacity)
    {
        var mixed = Bytes(colour).Zip(
            Bytes(background),
            (top, below) => (int)Math.Round(opacity * top + (1 - opacity) * below));
        return "#" + string.Concat(mixed.Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static int[] Bytes(string colour) =>
        [.. new[] { 1, 3, 5 }.Select(i => int.Parse(colour.AsSpan(i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    // sRGB to linear light: IEC 61966-2-1.
    private static double[] Linear(string colour) =>
        [
            .. Bytes(colour)
                .Select(value => value / 255.0)
                .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4)),
        ];

    private static double Luminance(double[] linear) => 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];

    private static double[] See(double[] linear, double[][] eye) =>
        [.. eye.Select(row => Math.Clamp(row.Zip(linear, (a, b) => a * b).Sum(), 0, 1))];

    // Linear sRGB to CIE XYZ and to CIELAB, both relative to the white point D65.
    private static double[] Lab(double[] linear)
    {
        var x = Bend((0.4124564 * linear[0] + 0.3575761 * linear[1] + 0.1804375 * linear[2]) / 0.95047);
        var y = Bend(0.2126729 * linear[0] + 0.7151522 * linear[1] + 0.0721750 * linear[2]);
        var z = Bend((0.0193339 * linear[0] + 0.1191920 * linear[1] + 0.9503041 * linear[2]) / 1.08883);
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
    }

    private static double Bend(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}
