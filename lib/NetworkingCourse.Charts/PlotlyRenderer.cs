using NetworkingCourse.Figures;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Plotly.NET;
using Figure = NetworkingCourse.Figures.Figure;

namespace NetworkingCourse.Charts;

/// <summary>Renders figures as specifications for plotly.js, using Plotly.NET.</summary>
public sealed class PlotlyRenderer : IFigureRenderer
{
    private const string ScriptResource = "Plotly.NET.plotly-2.28.0.min.js";

    /// <inheritdoc/>
    public string Script
    {
        get
        {
            using var stream = typeof(Trace).Assembly.GetManifestResourceStream(ScriptResource)
                ?? throw new InvalidOperationException($"Plotly.NET no longer contains {ScriptResource}.");
            return new StreamReader(stream).ReadToEnd();
        }
    }

    /// <inheritdoc/>
    public string ToSpecification(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var seen = new HashSet<string>();
        var traces = figure.Panels.SelectMany((panel, i) =>
            panel.Series.Select(series => Traces.Of(series, panel, i, isFirst: seen.Add(series.Name))));
        var charts = traces.Select(trace => GenericChart.ofTraceObject(false, trace));
        var chart = GenericChart.combine(charts);
        chart = GenericChart.setLayout(Layouts.Of(figure), chart);
        // Plotly.NET's JSON for a figure contains its data and layout; the configuration belongs beside them.
        var specification = JObject.Parse(GenericChart.toFigureJson(chart));
        specification["config"] = Configuration(figure);
        return specification.ToString(Formatting.None);
    }

    private static JObject Configuration(Figure figure) => new()
    {
        ["responsive"] = true,
        ["displaylogo"] = false,
        ["modeBarButtonsToRemove"] = new JArray("select2d", "lasso2d", "autoScale2d"),
        ["toImageButtonOptions"] = new JObject { ["filename"] = figure.Id, ["format"] = "svg" },
    };
}
