using NetworkingCourse.Simulation;

namespace NetworkingCourse.Network;

/// <summary>
/// A force-directed layout of a graph (Fruchterman and Reingold, 1991): all nodes repel each other, links pull their ends
/// together, and the movement gradually comes to rest. Several runs start from different random positions, all derived from one
/// seed; the result is the arrangement with the fewest crossing links.
/// </summary>
internal static class ForceLayout
{
    private const int Rounds = 250;
    private const int MaxWork = 6_000_000;

    public static IReadOnlyDictionary<string, Place> Of(
        IReadOnlyList<string> nodes,
        IEnumerable<(string A, string B)> links,
        int seed)
    {
        var numbers = nodes.Index().ToDictionary(node => node.Item, node => node.Index);
        var pairs = links.Select(link => (numbers[link.A], numbers[link.B])).ToArray();
        var tries = Math.Clamp(MaxWork / (Rounds * nodes.Count * nodes.Count), 1, 16);
        var best = Enumerable.Range(0, tries)
            .Select(attempt => Settle(nodes.Count, pairs, new SeededRandom(seed, attempt)))
            .MinBy(places => Badness(places, pairs))!;
        return nodes.Index().ToDictionary(node => node.Item, node => best[node.Index]);
    }

    private static Place[] Settle(int count, (int A, int B)[] links, SeededRandom random)
    {
        var (x, y) = (new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            (x[i], y[i]) = (random.NextDouble(), random.NextDouble());
        }

        var rest = Math.Sqrt(1.0 / count); // the distance at which a link's pull and its ends' repulsion cancel out
        var (pushX, pushY) = (new double[count], new double[count]);
        for (var round = 0; round < Rounds; round++)
        {
            Array.Clear(pushX);
            Array.Clear(pushY);
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    Push(i, j, -1);
                }
            }

            foreach (var (a, b) in links)
            {
                Push(a, b, 1);
            }

            // The steps become smaller, so that the movement comes to rest.
            var max = 0.1 * (1 - round / (double)Rounds);
            for (var i = 0; i < count; i++)
            {
                var length = Math.Max(1e-9, Math.Sqrt(pushX[i] * pushX[i] + pushY[i] * pushY[i]));
                x[i] += pushX[i] / length * Math.Min(length, max);
                y[i] += pushY[i] / length * Math.Min(length, max);
            }
        }

        return Upright(x, y);

        void Push(int i, int j, int pull)
        {
            var (dx, dy) = (x[j] - x[i], y[j] - y[i]);
            var distance = Math.Max(1e-4, Math.Sqrt(dx * dx + dy * dy));
            var force = pull > 0 ? distance / rest : -rest * rest / (distance * distance);
            pushX[i] += dx * force;
            pushY[i] += dy * force;
            pushX[j] -= dx * force;
            pushY[j] -= dy * force;
        }
    }

    // Rotates the layout to be as wide and flat as possible, as pages are, then stretches it to the unit square.
    private static Place[] Upright(double[] x, double[] y)
    {
        var turned = Enumerable.Range(0, 18)
            .Select(i => Turned(x, y, i * Math.PI / 18))
            .MinBy(places => Span(places, place => place.Y))!;
        var (left, top) = (turned.Min(place => place.X), turned.Min(place => place.Y));
        var (width, height) = (Span(turned, place => place.X), Span(turned, place => place.Y));
        return
        [
            .. turned.Select(place => new Place(
                width < 1e-9 ? 0.5 : (place.X - left) / width,
                height < 0.02 * width ? 0.5 : (place.Y - top) / height)),
        ];
    }

    private static Place[] Turned(double[] x, double[] y, double angle) =>
        [
            .. x.Zip(y, (px, py) => new Place(
                px * Math.Cos(angle) - py * Math.Sin(angle),
                px * Math.Sin(angle) + py * Math.Cos(angle))),
        ];

    private static double Span(Place[] places, Func<Place, double> of) => places.Max(of) - places.Min(of);

    private static double Badness(Place[] places, (int A, int B)[] links)
    {
        var badness = 0.0;
        for (var i = 0; i < links.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                badness += Cross(places[links[i].A], places[links[i].B], places[links[j].A], places[links[j].B]) ? 1 : 0;
            }

            for (var node = 0; node < places.Length; node++)
            {
                badness += node != links[i].A
                    && node != links[i].B
                    && Distance(places[node], places[links[i].A], places[links[i].B]) < 0.08 ? 2 : 0;
            }
        }

        return badness;
    }

    private static bool Cross(Place a, Place b, Place c, Place d) =>
        a != c && a != d && b != c && b != d && Side(a, b, c) * Side(a, b, d) < 0 && Side(c, d, a) * Side(c, d, b) < 0;

    private static double Side(Place a, Place b, Place c) => (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);

    private static double Distance(Place point, Place a, Place b)
    {
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var share = Math.Clamp(((point.X - a.X) * dx + (point.Y - a.Y) * dy) / Math.Max(1e-12, dx * dx + dy * dy), 0, 1);
        var (x, y) = (a.X + share * dx - point.X, a.Y + share * dy - point.Y);
        return Math.Sqrt(x * x + y * y);
    }
}
