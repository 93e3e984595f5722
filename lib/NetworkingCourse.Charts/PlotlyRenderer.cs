using NetworkingCourse.Charts.Svg;
using NetworkingCourse.Figures;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Plotly.NET;
using Figure = NetworkingCourse.Figures.Figure;

namespace NetworkingCourse.Charts;

/// <summary>Renders figures: as specifications for plotly.js, using Plotly.NET, and as pictures.</summary>
public sealed class PlotlyRenderer : IFigureRenderer
{
    private const string ScriptResource = "plotly-basic.min.js.gz";

    /// <inheritdoc/>
    public byte[] ReadPackedScript()
    {
        using var stream = typeof(PlotlyRenderer).Assembly.GetManifestResourceStream(ScriptResource)!;
        using var packed = new MemoryStream();
        stream.CopyTo(packed);
        return packed.ToArray();
    }

    /// <inheritdoc/>
    public string ToSpecification(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var (seen, drawn) = (new HashSet<string>(), Palette.WithOwnDashes(figure));
        var traces = drawn.Panels.SelectMany((panel, i) =>
            panel.Series.Select(series => Traces.Of(series, panel, i, isFirst: seen.Add(series.Name))));
        var charts = traces.Select(trace => GenericChart.ofTraceObject(false, trace));
        var chart = GenericChart.combine(charts);
        chart = GenericChart.setLayout(Layouts.Of(figure), chart);
        // Plotly.NET's JSON for a figure contains its data and layout; the configuration belongs beside them.
        var specification = JObject.Parse(GenericChart.toFigureJson(chart));
        specification["config"] = Configuration(figure);
        return specification.ToString(Formatting.None);
    }

    /// <inheritdoc/>
    public string ToSvg(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return SvgChart.Of(figure);
    }

    private static JObject Configuration(Figure figure) => new()
    {
        ["responsive"] = true,
        ["displaylogo"] = false,
        ["modeBarButtonsToRemove"] = new JArray("select2d", "lasso2d", "autoScale2d"),
        ["toImageButtonOptions"] = new JObject { ["filename"] = figure.Id, ["format"] = "svg" },
    };
}
