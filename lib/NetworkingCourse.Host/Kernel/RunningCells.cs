using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Html;

namespace NetworkingCourse.Host.Kernel;

public static partial class CellHelpers
{
    /// <summary>
    /// The cells that have ended or were stopped but still have work running. Only this kernel has it, so no lesson relies on it.
    /// </summary>
    public static class RunningCells
    {
        private static readonly Lock Adding = new();
        private static readonly List<WeakReference<CellContext>> Known = [];

        /// <summary>A table of these cells, with a row for each that has a running thread or a pending <c>await</c>.</summary>
        public static IHtmlContent Status()
        {
            var running = Running();
            if (running.Count == 0)
            {
                return HTML("No cell has left anything running.");
            }

            var table = new StringBuilder("<table><thead><tr>")
                .Append("<th>cell</th><th>since</th><th>threads</th><th>awaits</th><th></th></tr></thead><tbody>");
            foreach (var cell in running)
            {
                var remark = cell.IsStopped ? "stopped, but still in a call that cannot be interrupted" : "";
                table.Append(CultureInfo.InvariantCulture, $"<tr><td>{cell.Cell}</td><td>{cell.Begun:HH:mm:ss}</td>")
                    .Append(CultureInfo.InvariantCulture, $"<td>{CellThread.CountOf(cell)}</td><td>{cell.Awaits.Count}</td>")
                    .Append(CultureInfo.InvariantCulture, $"<td>{remark}</td></tr>");
            }

            return HTML(table.Append("</tbody></table>").ToString());
        }

        /// <summary>Stops what a cell has left running, as the stop button stops the current cell.</summary>
        /// <param name="cell">The cell's execution number.</param>
        /// <returns>The status afterwards.</returns>
        public static IHtmlContent Stop(int cell)
        {
            foreach (var context in Running().Where(context => context.Cell == cell))
            {
                context.StopAndWait();
            }

            return Status();
        }

        /// <summary>Registers a cell.</summary>
        internal static void Add(CellContext cell)
        {
            lock (Adding)
            {
                Known.RemoveAll(known => !known.TryGetTarget(out _));
                Known.Add(new WeakReference<CellContext>(cell));
            }
        }

        // Excludes the calling cell, which is running in any case.
        private static List<CellContext> Running()
        {
            lock (Adding)
            {
                return CellContext.Current is not { } own ? [] :
                [
                    .. Known.Select(known => known.TryGetTarget(out var cell) ? cell : null).OfType<CellContext>()
                        .Where(cell => cell != own && cell.IsOfSameKernel(own) && cell.IsStillRunning),
                ];
            }
        }
    }
}
