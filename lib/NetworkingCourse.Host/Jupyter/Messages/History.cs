using System.IO.Enumeration;
using System.Text.Json.Nodes;
using NetworkingCourse.Host.Jupyter.Protocol;

namespace NetworkingCourse.Host.Jupyter.Messages;

/// <summary>
/// <c>history</c>: lists the cells that this kernel has run. The current session is the only one; nothing is written to disk.
/// </summary>
internal sealed class History : IReplies
{
    private const int Session = 1;

    private readonly Lock _gate = new();
    private readonly List<(int Number, string Code, string? Value)> _cells = [];

    public string RequestType => MessageTypes.HistoryRequest;

    public string ReplyType => MessageTypes.HistoryReply;

    /// <summary>Adds a cell that has run.</summary>
    /// <param name="number">The execution number.</param>
    /// <param name="code">The cell's code.</param>
    /// <param name="value">The cell's value as text, if it had one.</param>
    public void Add(int number, string code, string? value)
    {
        lock (_gate)
        {
            _cells.Add((number, code, value));
        }
    }

    public JsonObject Reply(Request request)
    {
        List<(int Number, string Code, string? Value)> cells;
        lock (_gate)
        {
            cells = [.. _cells];
        }

        var found = request.Text("hist_access_type") switch
        {
            "range" => Range(cells, request),
            "search" => Search(cells, request),
            _ => cells.TakeLast(request.Number("n", cells.Count)),
        };
        var withValues = request.Flag("output");
        return new JsonObject
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. found.Select(cell => (JsonNode)new JsonArray(
                Session, cell.Number, withValues ? new JsonArray(cell.Code, cell.Value) : cell.Code))]),
        };
    }

    // Sessions are numbered from 1; 0 is the current one, and negative numbers count back from it.
    private static IEnumerable<(int Number, string Code, string? Value)> Range(
        List<(int Number, string Code, string? Value)> cells, Request request)
    {
        var (start, stop) = (request.Number("start", 0), request.Number("stop", int.MaxValue));
        return request.Number("session", 0) is 0 or Session
            ? cells.Where(cell => cell.Number >= start && cell.Number < stop)
            : [];
    }

    private static IEnumerable<(int Number, string Code, string? Value)> Search(
        List<(int Number, string Code, string? Value)> cells, Request request)
    {
        var pattern = request.Text("pattern") ?? "*";
        var fitting = cells.Where(cell => FileSystemName.MatchesSimpleExpression(pattern, cell.Code, ignoreCase: false));
        // Of identical cells, keep the latest.
        var distinct = request.Flag("unique") ? fitting.Reverse().DistinctBy(cell => cell.Code).Reverse() : fitting;
        return distinct.TakeLast(request.Number("n", cells.Count));
    }
}
