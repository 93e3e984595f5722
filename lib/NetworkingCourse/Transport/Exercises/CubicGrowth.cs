using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.9: the cubic function by which the window grows.</summary>
    public static CubicGrowthExercise CubicGrowth { get; } = new();
}

/// <summary>The learner writes CUBIC's function of time, and it is asked for windows after scripted losses.</summary>
public sealed class CubicGrowthExercise : ScriptExercise<Func<OwnCubic>>
{
    private const int RandomScripts = 40;

    internal CubicGrowthExercise()
        : base(new ExerciseText(
            "2-transport/9-how-tcp-recovers.ipynb", "2.9", 2, nameof(Exercises.CubicGrowth),
            "CUBIC",
            "Write an `OwnCubic` after RFC 9438. `Target(t)` is 0.4 · (t − K)³ + M, for a time t in seconds after the last loss. "
                + "`Lost(window)` sets M and K. Usually M is the window at the loss. But if the window is smaller than the M "
                + "before, M is only 0.85 times the window (fast convergence): there seems to be a new flow, which needs "
                + "room. K is such that `Target(0)` is 0.7 times the window, which remains after the loss.",
            [
                "Two fields, M and K. Solve 0.7 · window = 0.4 · (0 − K)³ + M for K. `Math.Cbrt` is the cube root.",
                "`_max = window < _max ? 0.85 * window : window;`, and then `_flat = Math.Cbrt((_max - 0.7 * window) / 0.4);`",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        Half,
        NoFastConvergence,
        AlwaysConverges,
        FlatTooLate,
        NoScale,
        SquareRoot,
        LosesSign,
        AddsK,
        AlsoIfEqual,
        LastWindow,
        WholeNumbers,
        NoDivision,
        WindowAlone,
        LeavesThreeTenths,
    }

    internal override Func<OwnCubic> Reference => () => new CubicFunction();

    internal override IReadOnlyList<Mistake<Func<OwnCubic>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<OwnCubic>>> Scripts(Random random)
    {
        Event[][] telling =
        [
            [Lost(100), At(0), At(2), At(4), At(4.5), At(6), At(10)],
            [Lost(100), At(4), Lost(200), At(0), At(4), At(8), Lost(120), At(0), At(3), At(6)],
            [Lost(100), At(0), Lost(100), At(4), At(8)],
            [Lost(200), Lost(120), Lost(110), At(4), At(8)],
        ];
        for (var i = 0; i < telling.Length + RandomScripts; i++)
        {
            yield return Of(i + 1, i < telling.Length ? telling[i] : [.. RandomEvents(random)]);
        }
    }

    // The first question is about a later time than 0: there, even K and −K make a difference.
    private static IEnumerable<Event> RandomEvents(Random random)
    {
        for (var losses = random.Next(2, 5); losses > 0; losses--)
        {
            yield return Lost(random.Next(10, 1000));
            for (var questions = random.Next(1, 4); questions > 0; questions--)
            {
                yield return At(random.Next(1, 150) / 10.0);
            }

            yield return At(0);
        }
    }

    private static Event Lost(double window) => new(true, window);

    private static Event At(double seconds) => new(false, seconds);

    private static Script<Func<OwnCubic>> Of(int number, Event[] events) => new(
        InvariantText.Format($"flow {number}"),
        events.Length,
        i => events[i].ToString(),
        answer =>
        {
            var function = answer();
            return function is null ? null : i => Respond(function, events[i]);
        });

    private static object Respond(OwnCubic function, Event next)
    {
        if (!next.IsLoss)
        {
            return new Segments(function.Target(next.Value));
        }

        function.Lost(next.Value);
        return "noted";
    }

    private static List<Mistake<Func<OwnCubic>>> All()
    {
        List<Mistake<Func<OwnCubic>>> all = [];
        Add(
            Flaw.Half,
            "begins at half of the window",
            "Just after the loss, your function is half of the window. That is what additive increase does (RFC 5681). CUBIC "
                + "gives up less: 0.7 of the window remain. With a half, K is too large too, and the plateau comes too late.");
        Add(
            Flaw.NoFastConvergence,
            "has no fast convergence",
            "The window at this loss was smaller than M, and your function returns to it all the same. The old flows then hold "
                + "on to the place that a new one is asking for. With M at 0.85 of the window, they level off lower, and the new "
                + "flow gets its share sooner.");
        Add(
            Flaw.AlwaysConverges,
            "makes room after every loss",
            "Your M is 0.85 times the window although the window had grown beyond the M before. No one has taken anything away "
                + "from this flow: the loss only says where the queue overflows now, and that is the place to return to.");
        Add(
            Flaw.FlatTooLate,
            "computes K from M alone",
            "Your K is the cube root of 0.3 · M / 0.4. That is right as long as M is the window at the loss. After fast "
                + "convergence M is less, and the function no longer begins at 0.7 of the window: it would let the window fall "
                + "further. (RFC 8312 had this formula; RFC 9438 corrects it.) K follows from M − 0.7 · window.");
        Add(
            Flaw.NoScale,
            "forgets the factor 0.4",
            "Your function grows as (t − K)³, without the factor C = 0.4 (and K without dividing by it). C is how aggressive the "
                + "flow is: the RFC chose 0.4 so that CUBIC takes no more than its share beside older senders.");
        Add(
            Flaw.SquareRoot,
            "takes a square root for K",
            "Your K is a square root. The function has to *meet* 0.7 · window at the time 0, and in it K appears in the third "
                + "power; so K is a cube root, `Math.Cbrt`.");
        Add(
            Flaw.LosesSign,
            "loses the sign before K",
            "Before K, the time t − K is negative, and so is its third power: the function approaches M from *below*. Yours "
                + "starts above M and falls. `Math.Pow(t - k, 3)` keeps the sign; the absolute value does not.");
        Add(
            Flaw.AddsK,
            "adds K to the time",
            "Your function begins above M and rises. At the time K after the loss, the function has reached M again: t − K is "
                + "0 there. Yours has t + K, or a K below 0.");
        Add(
            Flaw.AlsoIfEqual,
            "makes room at an equal window",
            "Your M is 0.85 times the window although the window was as large as the M before. The flow has come as far as last "
                + "time, so no one has taken anything away from it. `<`, not `<=`.");
        Add(
            Flaw.LastWindow,
            "compares with the window at the last loss",
            "Your class compares the window with that at the loss before. After fast convergence, M is less than that window "
                + "was, and the flow has already made room: compare with M.");
        Add(
            Flaw.WholeNumbers,
            "divides whole numbers",
            "Your K is always 1. In C#, `1 / 3` is a division of whole numbers, and the result is 0: `Math.Pow(x, 1 / 3)` is "
                + "`Math.Pow(x, 0)`. Use `Math.Cbrt(x)`, or write `1.0 / 3`.");
        Add(
            Flaw.NoDivision,
            "does not divide by 0.4 for K",
            "Your function does not begin at 0.7 of the window. Put t = 0 into it: 0.7 · window = M − 0.4 · K³. So K³ is what is "
                + "missing to M, *divided by* 0.4.");
        Add(
            Flaw.WindowAlone,
            "computes K from the window alone",
            "Your K is the cube root of 0.3 · window / 0.4. That is right where M is the window. After fast convergence M is "
                + "only 0.85 times the window, and less is missing: your function begins too low. K follows from M − 0.7 · "
                + "window.");
        Add(
            Flaw.LeavesThreeTenths,
            "begins at 0.3 of the window",
            "Just after the loss, your function is 0.3 of the window. CUBIC gives up 0.3 of it, and 0.7 remain: it is gentler "
                + "than additive increase, which gives up a half.");
        return all;

        void Add(Flaw flaw, string name, string explanation) => all.Add(new(name, explanation, () => new Flawed(flaw)));
    }

    // A window up to rounding.
    private sealed class Segments(double count)
    {
        private const double Rounding = 0.01;

        private readonly double _count = count;

        public override bool Equals(object? other) => other is Segments one && Math.Abs(_count - one._count) < Rounding;

        public override int GetHashCode() => 0;

        public override string ToString() => InvariantText.Format($"{_count:#,0.##} segments");
    }

    private readonly record struct Event(bool IsLoss, double Value)
    {
        public override string ToString() => IsLoss
            ? InvariantText.Format($"a loss at a window of {Value:0} segments")
            : InvariantText.Format($"asked for the window {Value:0.#} s after the loss");
    }

    private sealed class Flawed(Flaw flaw) : OwnCubic
    {
        private readonly double _scale = flaw == Flaw.NoScale ? 1 : 0.4;
        private readonly double _rest = flaw == Flaw.Half ? 0.5 : flaw == Flaw.LeavesThreeTenths ? 0.3 : 0.7;
        private double _max;
        private double _last;
        private double _flatAfter;

        public override void Lost(double window)
        {
            var converges = flaw switch
            {
                Flaw.NoFastConvergence => false,
                Flaw.AlwaysConverges => true,
                Flaw.AlsoIfEqual => window <= _max,
                Flaw.LastWindow => window < _last,
                _ => window < _max,
            };
            _last = window;
            _max = converges ? 0.85 * window : window;
            var missing = flaw switch
            {
                Flaw.FlatTooLate => 0.3 * _max,
                Flaw.WindowAlone => 0.3 * window,
                _ => _max - (_rest * window),
            };
            var above = flaw == Flaw.NoDivision ? missing : missing / _scale;
            _flatAfter = flaw switch
            {
                Flaw.SquareRoot => Math.Sqrt(above),
                Flaw.WholeNumbers => 1,
                _ => Math.Cbrt(above),
            };
            _flatAfter *= flaw == Flaw.AddsK ? -1 : 1;
        }

        public override double Target(double seconds)
        {
            var cube = Math.Pow(seconds - _flatAfter, 3);
            return _scale * (flaw == Flaw.LosesSign ? Math.Abs(cube) : cube) + _max;
        }
    }
}
