using NetworkingCourse.Checking;
using NetworkingCourse.Display;
using NetworkingCourse.Transport;

namespace NetworkingCourse;

public static partial class Exercises
{
    /// <summary>Lesson 2.9: which acknowledgments mean that a segment is lost.</summary>
    public static DuplicateAcksExercise DuplicateAcks { get; } = new();
}

/// <summary>The learner decides, from scripted acknowledgments, when to retransmit without waiting for the timer.</summary>
public sealed class DuplicateAcksExercise : ScriptExercise<Func<OwnDuplicateAcks>>
{
    private const int RandomScripts = 60;

    internal DuplicateAcksExercise()
        : base(new ExerciseText(
            "2-transport/9-how-tcp-recovers.ipynb", "2.9", 1, nameof(Exercises.DuplicateAcks),
            "Three duplicates",
            "Write an `OwnDuplicateAcks`. `Arrived` is told of each acknowledgment, and returns true if the segment that it asks "
                + "for must be sent again at once. That is so at the third duplicate in a row, and not again at later ones. An "
                + "acknowledgment is a duplicate (RFC 5681, section 2) if segments are in flight, it carries no data, its "
                + "`Number` is the highest seen so far, and its `Window` is that of the acknowledgment before it. A higher "
                + "`Number` ends the row; anything else that is no duplicate neither counts nor ends it. Before the first "
                + "acknowledgment, the highest number is 0 and no window is known.",
            [
                "Three fields: the highest number, the last window (−1 at first), and how many duplicates have come in a row. "
                    + "Which of them change even if the acknowledgment is no duplicate?",
                "First compare with the old fields: is the number higher (then the count becomes 0)? Is it a duplicate? Then "
                    + "store number and window. `return isDuplicate && ++_count == 3;`",
            ]))
    {
    }

    private enum Flaw
    {
        None,
        CountsWindowUpdates,
        CountsData,
        EachFurther,
        AtTheFirst,
        CountsOverTime,
        NothingInFlight,
        OldNumbers,
        EndsTheRow,
        OldWindow,
        CountsTheFirst,
        EveryThird,
        LowerNumbers,
        WindowOfHigherNumbers,
    }

    internal override Func<OwnDuplicateAcks> Reference => () => new DuplicateAcks();

    internal override IReadOnlyList<Mistake<Func<OwnDuplicateAcks>>> Mistakes { get; } = All();

    private protected override IEnumerable<Script<Func<OwnDuplicateAcks>>> Scripts(Random random)
    {
        Acknowledgment Ack(long number, int window = 64, int data = 0, long inFlight = 8) => new(number, window, data, inFlight);
        Acknowledgment[][] telling =
        [
            [Ack(1), Ack(2), Ack(2), Ack(2), Ack(2), Ack(2), Ack(9), Ack(9)],
            [Ack(3), Ack(3), Ack(3), Ack(4), Ack(4), Ack(5), Ack(5), Ack(5), Ack(5)],
            [Ack(3), Ack(3, 40), Ack(3, 48), Ack(3, 56), Ack(3, 56), Ack(3, 56), Ack(3, 56)],
            [Ack(3), Ack(3, data: 100), Ack(3, data: 100), Ack(3, data: 100), Ack(3), Ack(3), Ack(3)],
            [Ack(5), Ack(5, inFlight: 0), Ack(5, inFlight: 0), Ack(5, inFlight: 0), Ack(5), Ack(5), Ack(5)],
            [Ack(5), Ack(4), Ack(4), Ack(4), Ack(4), Ack(5), Ack(5), Ack(5)],
            [Ack(3), Ack(3), Ack(3), Ack(3, data: 100), Ack(3), Ack(3)],
            [Ack(5), Ack(4, 40), Ack(5), Ack(5), Ack(5), Ack(5)],
            [.. Enumerable.Repeat(Ack(2), 8)],
        ];
        for (var i = 0; i < telling.Length + RandomScripts; i++)
        {
            yield return Of(i + 1, i < telling.Length ? telling[i] : [.. RandomAcks(random)]);
        }
    }

    private static IEnumerable<Acknowledgment> RandomAcks(Random random)
    {
        var (number, window, inFlight) = (1L, 64, 8L);
        yield return new(number, window, 0, inFlight);
        for (var i = random.Next(10, 25); i > 0; i--)
        {
            var (data, late) = (0, 0);
            switch (random.Next(12))
            {
                case 0 or 1:
                    number += random.Next(1, 4);
                    break;
                case 2:
                    window = random.Next(1, 9) * 8;
                    break;
                case 3:
                    data = random.Next(1, 1000);
                    break;
                case 4:
                    late = (int)Math.Min(number - 1, random.Next(1, 3));
                    break;
                case 5:
                    inFlight = inFlight > 0 ? 0 : 8;
                    break;
            }

            yield return new(number - late, window, data, inFlight);
        }
    }

    private static Script<Func<OwnDuplicateAcks>> Of(int number, Acknowledgment[] acks) => new(
        InvariantText.Format($"connection {number}"),
        acks.Length,
        i => acks[i].ToString(),
        answer =>
        {
            var duplicates = answer();
            return duplicates is null ? null : i => duplicates.Arrived(acks[i]);
        });

    private static List<Mistake<Func<OwnDuplicateAcks>>> All()
    {
        List<Mistake<Func<OwnDuplicateAcks>>> all = [];
        Add(
            Flaw.CountsWindowUpdates,
            "counts window updates",
            "The number was the same, but the window had changed, and your class counted a duplicate. The receiver's program has "
                + "read something, and the receiver says that there is room again. Three such updates, and your sender would "
                + "repeat a segment and halve its window although nothing was lost.");
        Add(
            Flaw.CountsData,
            "counts acknowledgments that carry data",
            "The acknowledgment came with data, and your class counted it. When the other side sends a long answer, each of "
                + "its segments carries the same acknowledgment number, because you have sent nothing new. That says nothing "
                + "about a loss. Only bare acknowledgments count.");
        Add(
            Flaw.EachFurther,
            "retransmits at each further duplicate",
            "Your class asked for the segment at the third duplicate, and again at the next. Every segment behind the lost one "
                + "causes a duplicate, so with a large window, the same segment would be sent dozens of times. The third one, "
                + "and no other: `== 3`.");
        Add(
            Flaw.AtTheFirst,
            "retransmits at the first duplicate",
            "Your class asked for the segment before the third duplicate. Segments that overtake each other cause one or two, "
                + "with nothing lost. The RFC waits for the third, which is late enough for most reordering and early enough to "
                + "beat the timer.");
        Add(
            Flaw.CountsOverTime,
            "does not begin anew at a higher number",
            "A higher number has come in between, so something new has arrived; your class went on counting from where it was. "
                + "A duplicate here and there, over minutes, would add up to three. A higher number sets the count to 0.");
        Add(
            Flaw.NothingInFlight,
            "counts duplicates with nothing in flight",
            "Nothing was in flight, so nothing can be lost, and your class counted a duplicate. A receiver also sends its last "
                + "acknowledgment again to answer a keepalive probe, for example. Compare `InFlight` with 0.");
        Add(
            Flaw.OldNumbers,
            "takes an old number for the highest",
            "An acknowledgment with a *lower* number arrived: it was overtaken on its way. Your class compares with the last "
                + "number instead of the highest, so further late ones look like duplicates, and the next regular one like "
                + "news. Keep the highest number, and count only that.");
        Add(
            Flaw.EndsTheRow,
            "ends the row at anything but a duplicate",
            "Data, a window update or an old acknowledgment came between the duplicates, and your class began to count again. "
                + "None of these says anything about the missing segment, so none of them counts, and none ends the row. "
                + "Otherwise a row would hardly ever reach three when data flow in both directions. Only a higher number sets "
                + "the count to 0.");
        Add(
            Flaw.OldWindow,
            "forgets the window of a late acknowledgment",
            "An acknowledgment with a lower number had another window, and your class did not store it. Each window is "
                + "compared with that of the acknowledgment *before it*, whatever number that one had. Store every window.");
        Add(
            Flaw.CountsTheFirst,
            "counts the acknowledgment that is repeated",
            "Your class asked for the segment at the third acknowledgment with the same number. The first of them is no "
                + "duplicate: it brought something new. The third *duplicate* is the fourth with that number. Let the count "
                + "begin at 0, not at 1.");
        Add(
            Flaw.EveryThird,
            "begins to count again after the third",
            "Your class asked for the segment at the third duplicate, and once more at the sixth. They belong to the same "
                + "loss: each segment behind the lost one causes one. Go on counting, and return true only when the count is "
                + "3. A higher number sets it to 0.");
        Add(
            Flaw.LowerNumbers,
            "counts lower numbers too",
            "An acknowledgment with a *lower* number arrived, and your class counted it. It was sent earlier and overtaken on "
                + "its way, so it says nothing about what is missing now. Only the highest number so far counts: `==`, not "
                + "`<=`.");
        Add(
            Flaw.WindowOfHigherNumbers,
            "stores the window only with a higher number",
            "The receiver had changed its window, and from then on your class took no acknowledgment for a duplicate. It "
                + "compares with the window that came with the last *new* number. Compare with the acknowledgment just before, "
                + "and store the window of each one.");
        return all;

        void Add(Flaw flaw, string name, string explanation) => all.Add(new(name, explanation, () => new Flawed(flaw)));
    }

    private sealed class Flawed(Flaw flaw) : OwnDuplicateAcks
    {
        private long _number;
        private int _window = -1;
        private int _count;

        public override bool Arrived(Acknowledgment ack)
        {
            if (ack.Number > _number && flaw != Flaw.CountsOverTime)
            {
                _count = 0;
            }

            var isDuplicate = (ack.Number == _number || (ack.Number < _number && flaw == Flaw.LowerNumbers))
                && (ack.Window == _window || flaw == Flaw.CountsWindowUpdates)
                && (ack.DataBytes == 0 || flaw == Flaw.CountsData)
                && (ack.InFlight > 0 || flaw == Flaw.NothingInFlight);
            _window = (flaw == Flaw.OldWindow && ack.Number < _number)
                || (flaw == Flaw.WindowOfHigherNumbers && ack.Number <= _number) ? _window : ack.Window;
            _number = flaw == Flaw.OldNumbers ? ack.Number : Math.Max(_number, ack.Number);
            _count = isDuplicate ? _count + 1 : flaw == Flaw.EndsTheRow ? 0 : _count;
            return isDuplicate && flaw switch
            {
                Flaw.EachFurther => _count >= 3,
                Flaw.AtTheFirst => _count == 1,
                Flaw.CountsTheFirst => _count == 2,
                Flaw.EveryThird => _count % 3 == 0,
                _ => _count == 3,
            };
        }
    }
}
