using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Network;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 3.4: the cache of a resolver.</summary>
    public static AnswerCacheExercise AnswerCache { get; } = new();
}

/// <summary>The learner's cache stores answers and finds them again, at times that the check sets.</summary>
public sealed class AnswerCacheExercise : ScriptExercise<AnswerCacheExercise.Answer>
{
    private const int RandomScripts = 40;
    private const int StepsInScript = 18;
    private const string Www = "www.example.test";
    private const string None = "none.example.test";

    internal AnswerCacheExercise()
        : base(new ExerciseText(
            "3-network/4-resolving-names.ipynb", "3.4", 1, nameof(Exercises.AnswerCache),
            "The cache of a resolver",
            "Write a class that derives from `AnswerCache`. `Store` is given an answer (`answer.Code`, `Data`, `TimeToLive` "
                + "in seconds) to a question for a name and a type. `Find` returns the answer to a question with the TTL that "
                + "is left, or null if none is cached. An answer has expired when its whole TTL has passed; with a TTL of 0 "
                + "it is never found. An answer without data is cached too: `NameError` holds for all types of the name, "
                + "`NoError` for the type that was asked for. Upper and lower case are the same in names. A newer answer "
                + "replaces the older one to the same question, even if its own TTL is 0. A `NameError` ends everything that "
                + "was known about the name, and a `NoError` ends a `NameError` of the name. `now` is the time in seconds.",
            [
                "Store the time at which an answer expires, and nothing has to be counted down: what is left is the "
                    + "difference to `now`. What is the key of an answer, and what is the key of `NameError`?",
                "One dictionary is enough. Its key is `(name.ToLowerInvariant(), type)`, with `null` as the type of a "
                    + "`NameError` (the type of the key is `(string, DnsType?)`). `Store` first removes what the new answer "
                    + "ends: all keys of the name for a `NameError`, the one with `null` otherwise. `Find` looks up both "
                    + "keys, and returns `answer with { TimeToLive = expires - now }` if `now < expires`.",
            ]))
    {
    }

    /// <summary>Creates a cache of the learner's that is empty.</summary>
    public delegate AnswerCache Answer();

    private enum Flaw
    {
        None,
        KeepsForEver,
        WholeTimeToLive,
        LastSecond,
        IgnoresType,
        ComparesCase,
        OnlyRecords,
        NoNameForType,
        NoDataForName,
        HidesNewer,
        HoldsForOtherTypes,
        OlderOutlives,
        OlderComesBack,
        KeepsFirst,
        SkipsZero,
    }

    /// <inheritdoc/>
    public override int Minutes => 15;

    internal override Answer Reference { get; } = () => new Cache(Flaw.None);

    internal override IReadOnlyList<Mistake<Answer>> Mistakes { get; } =
    [
        Of(
            Flaw.KeepsForEver,
            "keeps answers for ever",
            "Your cache never forgets. When a server moves to another address, the users of this resolver are sent to the old "
                + "one until the resolver is restarted. Compare `now` with the time at which the answer expires, and return "
                + "null from then on."),
        Of(
            Flaw.WholeTimeToLive,
            "returns the TTL that was stored",
            "Your cache returns the answer with its whole TTL. The client has a cache too, and keeps the answer for that long "
                + "once more. With each cache on the way, an old address lives longer than its owner has allowed. Return the "
                + "time that is left."),
        Of(
            Flaw.LastSecond,
            "has the answer for one second too long",
            "Your cache still has the answer when the whole TTL has passed, and returns it with a TTL of 0. An answer that "
                + "was stored at 0 s with a TTL of 10 s has expired at 10 s. So what has a TTL of 0 is not found even in the "
                + "same second. Compare with `now < expires`."),
        Of(
            Flaw.IgnoresType,
            "tells answers apart by their name alone",
            "Your cache ignores the type. Asked for the IPv6 address of a name, or for its mail server, it returns the IPv4 "
                + "address that it has stored. The type belongs to the key."),
        Of(
            Flaw.ComparesCase,
            "compares names with their case",
            "Your cache takes `WWW.Example.Test` and `www.example.test` for two names. In DNS they are one (RFC 4343). The "
                + "resolver asks for it again for each way of writing it, and an old answer stays beside a new one. Use "
                + "`name.ToLowerInvariant()` in the key."),
        Of(
            Flaw.OnlyRecords,
            "does not cache negative answers",
            "Your cache keeps only answers that have records. Many questions have none: programs ask for IPv6 addresses that "
                + "do not exist, and for names with typing errors. Without negative caching, each of these questions goes to "
                + "the servers of the zone again (RFC 2308)."),
        Of(
            Flaw.NoNameForType,
            "stores no such name for one type",
            "Your cache has learned that a name does not exist, and yet does not know that it has no records of another type. "
                + "A browser asks for the IPv4 and for the IPv6 address, so every second query for such a name is "
                + "unnecessary. `NameError` is about the name, whatever the type (RFC 2308, section 5)."),
        Of(
            Flaw.NoDataForName,
            "takes no data for no such name",
            "Your cache has stored that a name has no records of one type, and now says so of all its types, or has forgotten "
                + "the records that the name has. Most hosts without an IPv6 address have an IPv4 address: after a question "
                + "for the first, they cannot be reached any more. Only `NameError` is about the whole name."),
        Of(
            Flaw.HidesNewer,
            "hides a newer answer behind no such name",
            "Your cache has a newer answer with records, but still says that there is no such name. The name has been added "
                + "to the zone, and your resolver has the address, but its users do not get it. When you store a `NoError`, "
                + "remove the `NameError` of that name."),
        Of(
            Flaw.HoldsForOtherTypes,
            "lets no such name stand for the other types",
            "Your cache has a newer answer for one type, and says for the other types that the name does not exist. A name "
                + "that has records of one type does exist, so its other types have to be asked for again. When you store a "
                + "`NoError`, remove the `NameError` of that name, for all types."),
        Of(
            Flaw.OlderOutlives,
            "returns older answers after no such name",
            "Your cache has been told that the name does not exist any more, and still returns the older records of one type. "
                + "What it says about a name then depends on the type. When you store a `NameError`, remove all that was "
                + "known about the name."),
        Of(
            Flaw.OlderComesBack,
            "has older answers again when no such name has expired",
            "Your cache does not remove the older answers of a name when it stores a `NameError`. They are hidden, and come "
                + "back when the `NameError` expires, although they are older. Remove all that was known about the name, so "
                + "that the servers are asked again."),
        Of(
            Flaw.KeepsFirst,
            "does not replace an answer",
            "Your cache keeps the first answer to a question, and ignores the newer one. The address may have changed. And if "
                + "the first answer has expired but is still in your dictionary, this question is never cached again. Set the "
                + "entry with `[key] = value`, whether or not there is one."),
        Of(
            Flaw.SkipsZero,
            "keeps the older answer if the new one has a TTL of 0",
            "Your cache ignores an answer with a TTL of 0, and goes on to return the older one. The newer one shows that the "
                + "owner has changed the data, so the older one is wrong by now. The new answer is not cached, but it ends "
                + "the older one."),
    ];

    private protected override IEnumerable<Script<Answer>> Scripts(Random random)
    {
        Step[][] telling =
        [
            [Put(0, Www, DnsType.A, 300, "192.0.2.80"), Ask(0, Www, DnsType.A), Ask(60, Www, DnsType.A)],
            [
                Put(0, "flash.example.test", DnsType.A, 10, "192.0.2.99"), Ask(9, "flash.example.test", DnsType.A),
                Ask(10, "flash.example.test", DnsType.A), Ask(11, Www, DnsType.A),
            ],
            [
                Put(0, Www, DnsType.A, 300, "192.0.2.80"), Ask(1, Www, DnsType.AAAA),
                Put(1, Www, DnsType.AAAA, 300, "2001:db8::80"), Ask(2, Www, DnsType.AAAA), Ask(2, Www, DnsType.A),
            ],
            [Put(0, Www, DnsType.A, 300, "192.0.2.80"), Ask(5, "WWW.Example.Test", DnsType.A)],
            [
                NoName(0, None, DnsType.A, 60), Ask(10, None, DnsType.A), Ask(10, None, DnsType.MX),
                Ask(10, Www, DnsType.A), Ask(60, None, DnsType.MX),
            ],
            [
                Put(0, Www, DnsType.A, 300, "192.0.2.80"), Put(0, Www, DnsType.AAAA, 60), Ask(10, Www, DnsType.AAAA),
                Ask(10, Www, DnsType.MX), Ask(10, Www, DnsType.A),
            ],
            [
                Put(0, Www, DnsType.A, 300, "192.0.2.80"), Put(20, Www, DnsType.A, 100, "192.0.2.81", "192.0.2.82"),
                Ask(30, Www, DnsType.A), Ask(120, Www, DnsType.A),
            ],
            [
                NoName(0, None, DnsType.A, 300), Put(100, None, DnsType.A, 300, "192.0.2.7"), Ask(110, None, DnsType.A),
                Ask(110, None, DnsType.AAAA),
            ],
            [
                Put(0, Www, DnsType.A, 300, "192.0.2.80"), Put(0, None, DnsType.A, 300, "192.0.2.7"),
                NoName(100, None, DnsType.MX, 60), Ask(110, None, DnsType.A), Ask(110, Www, DnsType.A),
                Ask(160, None, DnsType.A),
            ],
            [
                Put(0, Www, DnsType.A, 0, "192.0.2.80"), Ask(0, Www, DnsType.A), Put(10, Www, DnsType.A, 300, "192.0.2.81"),
                Put(20, Www, DnsType.A, 0, "192.0.2.82"), Ask(21, Www, DnsType.A),
            ],
            [
                NoName(0, None, DnsType.A, 300), Put(10, None, DnsType.A, 60), Ask(20, None, DnsType.A),
                Ask(20, None, DnsType.AAAA),
            ],
            [Put(0, Www, DnsType.A, 300, "192.0.2.80"), NoName(10, Www, DnsType.MX, 0), Ask(11, Www, DnsType.A)],
        ];
        for (var i = 0; i < telling.Length + RandomScripts; i++)
        {
            yield return Of(i + 1, i < telling.Length ? telling[i] : RandomSteps(random));
        }
    }

    private static Step Put(int now, string name, DnsType type, int timeToLive, params string[] data) =>
        new(now, name, type, new DnsAnswer(ResponseCode.NoError, data, timeToLive));

    private static Step NoName(int now, string name, DnsType type, int timeToLive) =>
        new(now, name, type, new DnsAnswer(ResponseCode.NameError, [], timeToLive));

    private static Step Ask(int now, string name, DnsType type) => new(now, name, type, null);

    private static Script<Answer> Of(int number, IReadOnlyList<Step> steps) => new(
        InvariantText.Format($"cache {number}, empty at first"),
        steps.Count,
        i => steps[i].ToString(),
        answer => answer() is { } cache ? i => Do(cache, steps[i]) : null);

    private static Said Do(AnswerCache cache, Step step)
    {
        if (step.Answer is null)
        {
            return new(cache.Find(step.Name, step.Type, step.Now)?.ToString() ?? "null: nothing is cached");
        }

        cache.Store(step.Name, step.Type, step.Answer, step.Now);
        return Said.Nothing;
    }

    private static Mistake<Answer> Of(Flaw flaw, string name, string explanation) =>
        new(name, explanation, () => new Cache(flaw));

    private static List<Step> RandomSteps(Random random)
    {
        // Mostly, what is stored later is about a name that did not exist before.
        List<Step> steps = random.Next(4) == 0 ? [] : [NoName(0, None, DnsType.A, 300)];
        for (var (i, now) = (0, 0); i < StepsInScript; i++, now += random.GetItems([0, 1, 4, 5, 10, 30], 1)[0])
        {
            var name = random.GetItems([Www, None, None, "NONE.example.test"], 1)[0];
            var type = random.GetItems([DnsType.A, DnsType.AAAA, DnsType.MX], 1)[0];
            var timeToLive = random.GetItems([0, 5, 10, 60, 300], 1)[0];
            steps.Add(random.Next(7) switch
            {
                0 => NoName(now, name, type, timeToLive),
                1 => Put(now, name, type, timeToLive),
                2 => Put(now, name, type, timeToLive, RandomData(random, type)),
                _ => Ask(now, name, type),
            });
        }

        return steps;
    }

    private static string RandomData(Random random, DnsType type)
    {
        var number = random.Next(1, 100);
        return type switch
        {
            DnsType.A => InvariantText.Format($"192.0.2.{number}"),
            DnsType.AAAA => InvariantText.Format($"2001:db8::{number}"),
            _ => InvariantText.Format($"{number} mail.example.test."),
        };
    }

    /// <summary>An answer that is stored, or a question if there is none.</summary>
    private sealed record Step(int Now, string Name, DnsType Type, DnsAnswer? Answer)
    {
        public override string ToString() => Answer is null
            ? InvariantText.Format($"at {Now} s, looked for `{Name} {Type}`")
            : InvariantText.Format($"at {Now} s, stored for `{Name} {Type}`: {Answer}");
    }

    // A cache that can be given one flaw. Without a type, an entry is about the whole name.
    private sealed class Cache(Flaw flaw) : AnswerCache
    {
        private readonly Dictionary<(string Name, DnsType? Type), (DnsAnswer Answer, int Expires)> _known = [];

        public override void Store(string name, DnsType type, DnsAnswer answer, int now)
        {
            if ((flaw == Flaw.OnlyRecords && answer.Data.Count == 0) || (flaw == Flaw.SkipsZero && answer.TimeToLive == 0))
            {
                return;
            }

            var (folded, isNoName) = (Folded(name), IsAboutName(answer));
            foreach (var key in _known.Keys.Where(key => key.Name == folded && IsEnded(key.Type, isNoName)).ToList())
            {
                _known.Remove(key);
            }

            var own = (folded, TypeOf(type, isNoName));
            if (flaw != Flaw.KeepsFirst || !_known.ContainsKey(own))
            {
                _known[own] = (answer, now + answer.TimeToLive);
            }
        }

        public override DnsAnswer? Find(string name, DnsType type, int now)
        {
            DnsType? own = TypeOf(type, isNoName: false);
            foreach (var key in (DnsType?[])(flaw is Flaw.HoldsForOtherTypes or Flaw.OlderOutlives ? [own, null] : [null, own]))
            {
                if (_known.TryGetValue((Folded(name), key), out var known) && IsFresh(known.Expires, now))
                {
                    return flaw is Flaw.KeepsForEver or Flaw.WholeTimeToLive
                        ? known.Answer
                        : known.Answer with { TimeToLive = known.Expires - now };
                }
            }

            return null;
        }

        private string Folded(string name) => flaw == Flaw.ComparesCase ? name : name.ToLowerInvariant();

        private bool IsAboutName(DnsAnswer answer) => flaw switch
        {
            Flaw.NoNameForType => false,
            Flaw.NoDataForName => answer.Data.Count == 0,
            _ => answer.Code == ResponseCode.NameError,
        };

        private bool IsEnded(DnsType? type, bool isNoName) => isNoName
            ? flaw is not (Flaw.OlderOutlives or Flaw.OlderComesBack)
            : type is null && flaw is not (Flaw.HidesNewer or Flaw.HoldsForOtherTypes);

        private DnsType? TypeOf(DnsType type, bool isNoName) =>
            isNoName ? null : flaw == Flaw.IgnoresType ? DnsType.ANY : type;

        private bool IsFresh(int expires, int now) => flaw switch
        {
            Flaw.KeepsForEver => true,
            Flaw.LastSecond => now <= expires,
            _ => now < expires,
        };
    }
}
