using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.10: when to probe a silent peer, and when to give it up.</summary>
    public static KeepaliveProbesExercise KeepaliveProbes { get; } = new();
}

/// <summary>The learner decides, second by second, whether to probe the peer or to give it up.</summary>
public sealed class KeepaliveProbesExercise : ScriptExercise<Func<KeepaliveOptions, OwnKeepalive>>
{
    private const int RandomScripts = 60;

    internal KeepaliveProbesExercise()
        : base(new ExerciseText(
            "2-transport/10-what-the-kernel-does.ipynb", "2.10", 1, nameof(Exercises.KeepaliveProbes),
            "Is anybody there?",
            "Write an `OwnKeepalive`. `Tick` is called once in each second, from second 1 on, after everything that arrived in "
                + "it (`Arrived`), and returns what to do. After `Idle` seconds in which nothing arrived, it is time for a "
                + "probe, and for another one every `Interval` seconds. When `Probes` of them are unanswered and another "
                + "`Interval` has passed, give up, once. Whatever arrives shows that the peer is there, and everything begins "
                + "anew, even after giving up. The connection begins at second 0: with `Idle` 4, the first probe is at second 4.",
            [
                "Two fields: the second at which something is due, and how many probes are unanswered. What does `Arrived` set "
                    + "them to?",
                "In `Tick`: if `second` is before the due one, wait. If as many as `Probes` are unanswered, set the due second "
                    + "to `int.MaxValue` and give up. Else count one more, add `Interval` to the second, and probe.",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        KeepsCounting,
        EachSecond,
        OneFewer,
        NoWaitAtEnd,
        IgnoresArrivals,
        StaysGone,
        IdleBetween,
        OneMore,
        AgainAndAgain,
        OneSecondLate,
        OneSecondEarly,
        IntervalAfterArrival,
        IntervalAfterAnswer,
    }

    internal override Func<KeepaliveOptions, OwnKeepalive> Reference => options => new Keepalive(options);

    internal override IReadOnlyList<Mistake<Func<KeepaliveOptions, OwnKeepalive>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<KeepaliveOptions, OwnKeepalive>>> Scripts(Random random)
    {
        yield return Of(1, new(4, 2, 2), 14, []);
        yield return Of(2, new(5, 2, 2), 36, [3, 11, 24]);
        for (var i = 0; i < RandomScripts; i++)
        {
            var options = new KeepaliveOptions(random.Next(4, 9), random.Next(2, 4), random.Next(2, 5));
            List<int> arrivals = [];
            for (var second = random.Next(1, 8); second < 40; second += random.Next(1, 14))
            {
                arrivals.Add(second);
            }

            yield return Of(i + 3, options, 60, arrivals);
        }
    }

    // An event is the whole time from one arrival to the next: what is done in it shows when, and what was done before.
    private static Script<Func<KeepaliveOptions, OwnKeepalive>> Of(
        int number, KeepaliveOptions options, int seconds, List<int> arrivals)
    {
        List<Quiet> times = [.. arrivals.Prepend(0).Zip(arrivals.Append(seconds + 1), (from, to) => new Quiet(from, to - 1))];
        times.RemoveAll(time => time.To == 0);
        return new(
            InvariantText.Format($"connection {number}, {options}"),
            times.Count,
            i => times[i].ToString(),
            answer =>
            {
                var keepalive = answer(options);
                return keepalive is null ? null : i => times[i].Respond(keepalive);
            });
    }

    private static List<Mistake<Func<KeepaliveOptions, OwnKeepalive>>> All()
    {
        List<Mistake<Func<KeepaliveOptions, OwnKeepalive>>> all = [];
        Add(
            Flaw.KeepsCounting,
            "keeps counting after an answer",
            "A probe was answered, and your class still counts it as unanswered. On a quiet connection, the probes of many hours "
                + "add up, and a peer that has answered each of them is given up. `Arrived` sets the count to 0.");
        Add(
            Flaw.EachSecond,
            "probes in each second",
            "Your class sent a probe in the second after a probe. The answer needs time to arrive, and a peer that reboots needs "
                + "more. The next probe is due `Interval` seconds after the last one.");
        Add(
            Flaw.OneFewer,
            "sends one probe too few",
            "Your class gave up where its last probe was due: one probe too few. `Probes` of them have to be sent and to remain "
                + "unanswered. Compare before you count the one that is due.");
        Add(
            Flaw.NoWaitAtEnd,
            "does not wait after its last probe",
            "Your class gave up without waiting for the answer to its last probe, which could still come. It is a probe like the "
                + "others: give up `Interval` seconds after it.");
        Add(
            Flaw.IgnoresArrivals,
            "does not begin anew when something arrives",
            "A segment had arrived, and your class sent its probe as if nothing had. Data from the peer proves as much as the "
                + "answer to a probe. `Idle` counts from the last arrival, whatever it was.");
        Add(
            Flaw.StaysGone,
            "stays silent for ever after giving up",
            "A segment arrived after your class had given up, and it has done nothing since. Whatever arrives shows that the "
                + "peer is there, and begins everything anew, even then.");
        Add(
            Flaw.IdleBetween,
            "waits the whole idle time between probes",
            "After the first probe, your class waited `Idle` seconds for the next one. The idle time, two hours by default, is "
                + "for a peer that is probably well. One that has not answered a probe is asked again after `Interval`.");
        Add(
            Flaw.OneMore,
            "sends one probe too many",
            "Your class sent one more probe than `Probes`. When that many are unanswered, the next thing that is due is to give "
                + "up. `==`, and compare before you send.");
        Add(
            Flaw.AgainAndAgain,
            "gives up more than once",
            "Your class gave up again after it had given up. The connection no longer exists; there is nothing left to do. Set "
                + "the due second to one that never comes.");
        Add(
            Flaw.OneSecondLate,
            "waits one second too long each time",
            "Your first probe came one second late, and so does each one after it. In the second in which a probe is due, your "
                + "class still waits. Wait only while `second < due`, without `=`.");
        Add(
            Flaw.OneSecondEarly,
            "counts the second of the arrival as silent",
            "After an arrival, your probe came one second early. `Tick` is called in the second of the arrival too, after "
                + "`Arrived`: a class that sets a counter to 0 and counts it up in `Tick` counts that second as silent. Store "
                + "the second of the arrival, and subtract it.");
        Add(
            Flaw.IntervalAfterArrival,
            "probes one interval after an arrival",
            "After an arrival, your class waited only `Interval` seconds for its next probe. `Interval` is the pause between two "
                + "probes of which the first is unanswered. What arrives begins everything anew: the next probe is due after "
                + "`Idle` seconds.");
        Add(
            Flaw.IntervalAfterAnswer,
            "probes one interval after an answer",
            "Something arrived after a probe, and your class waited only `Interval` seconds for the next probe, as if that probe "
                + "were still unanswered. Whatever arrives ends the probing: the next probe is due after `Idle` seconds. If a "
                + "field says that the class is probing, set it back in `Arrived`.");
        return all;

        void Add(Flaw flaw, string name, string explanation) =>
            all.Add(new(name, explanation, options => new Flawed(options, flaw)));
    }

    /// <summary>The seconds from an arrival, or from the beginning, to the last one before the next arrival.</summary>
    private sealed record Quiet(int From, int To)
    {
        /// <summary>Goes through these seconds.</summary>
        /// <returns>All that was done in them, so that how often it gave up again makes no difference.</returns>
        public Said Respond(OwnKeepalive keepalive)
        {
            if (From > 0)
            {
                keepalive.Arrived(From);
            }

            List<string> done = [];
            var last = KeepaliveAction.Wait;
            for (var second = Math.Max(1, From); second <= To; second++)
            {
                var action = keepalive.Tick(second);
                if (action != KeepaliveAction.Wait)
                {
                    done.Add(action == KeepaliveAction.GiveUp && last == action ? "give up again" : Words(action, second));
                    last = action;
                }
            }

            return new(done.Count == 0 ? "nothing but wait" : string.Join(", ", done.Distinct()));
        }

        public override string ToString() => From == 0
            ? InvariantText.Format($"nothing arrived in the seconds 1 to {To}")
            : InvariantText.Format($"a segment arrived in second {From}")
                + (To > From ? InvariantText.Format($", and nothing after it up to second {To}") : "");

        private static string Words(KeepaliveAction action, int second) => InvariantText.Format(action switch
        {
            KeepaliveAction.Probe => $"probe in second {second}",
            KeepaliveAction.GiveUp => $"give up in second {second}",
            _ => $"{action} in second {second}",
        });
    }

    private sealed class Flawed(KeepaliveOptions options, Flaw flaw) : OwnKeepalive
    {
        private int _due = options.Idle;
        private int _unanswered;

        public override void Arrived(int second)
        {
            if (flaw == Flaw.StaysGone && _due == int.MaxValue)
            {
                return;
            }

            _due = flaw switch
            {
                Flaw.IgnoresArrivals when _unanswered == 0 => _due,
                Flaw.OneSecondEarly => second + options.Idle - 1,
                Flaw.IntervalAfterArrival => second + options.Interval,
                Flaw.IntervalAfterAnswer when _unanswered > 0 => second + options.Interval,
                _ => second + options.Idle,
            };
            _unanswered = flaw == Flaw.KeepsCounting ? _unanswered : 0;
        }

        public override KeepaliveAction Tick(int second)
        {
            if (second < _due || (second == _due && flaw == Flaw.OneSecondLate))
            {
                return KeepaliveAction.Wait;
            }

            if (_unanswered == options.Probes + (flaw == Flaw.OneMore ? 1 : flaw == Flaw.OneFewer ? -1 : 0))
            {
                _due = flaw == Flaw.AgainAndAgain ? second + options.Interval : int.MaxValue;
                return KeepaliveAction.GiveUp;
            }

            _unanswered++;
            var isNext = flaw == Flaw.EachSecond || (flaw == Flaw.NoWaitAtEnd && _unanswered == options.Probes);
            _due = second + (isNext ? 1 : flaw == Flaw.IdleBetween ? options.Idle : options.Interval);
            return KeepaliveAction.Probe;
        }
    }
}
