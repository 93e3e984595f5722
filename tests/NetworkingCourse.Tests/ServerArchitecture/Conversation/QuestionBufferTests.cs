using CsCheck;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public class QuestionBufferTests
{
    // Mostly short questions; some are longer than the buffer at first.
    private static readonly Gen<byte[]> AQuestion =
        from length in Gen.Frequency((8, Gen.Int[0, 40]), (2, Gen.Int[400, 3000]))
        from body in Gen.Byte.Where(value => value != Question.End).Array[length]
        select body.Append(Question.End).ToArray();

    private static readonly Gen<byte[][]> Questions = AQuestion.Array[0, 20];

    private static readonly Gen<byte[]> Rests = Gen.Byte.Where(value => value != Question.End).Array[0, 700];

    private static readonly Gen<int[]> Pieces = Gen.Frequency((3, Gen.Int[1, 5]), (1, Gen.Int[6, 2000])).Array[1, 50];

    [Fact]
    public void However_the_bytes_are_split_the_same_questions_come_out_in_order() =>
        Gen.Select(Questions, Pieces).Sample((questions, pieces) =>
        {
            var taken = TakeAll(new QuestionBuffer(), [.. questions.SelectMany(question => question)], pieces);
            return taken.Count == questions.Length && taken.Zip(questions).All(pair => pair.First.SequenceEqual(pair.Second));
        });

    [Fact]
    public void What_follows_the_last_question_stays_in_the_buffer() =>
        Gen.Select(Questions, Rests, Pieces).Sample((questions, rest, pieces) =>
        {
            var buffer = new QuestionBuffer();
            var taken = TakeAll(buffer, [.. questions.SelectMany(question => question), .. rest], pieces);
            return taken.Count == questions.Length && buffer.Count == rest.Length && buffer.IsEmpty == (rest.Length == 0);
        });

    [Fact]
    public void Questions_may_also_be_taken_late_when_many_have_come() =>
        Gen.Select(Questions, Pieces).Sample((questions, pieces) =>
        {
            var buffer = new QuestionBuffer();
            Feed(buffer, [.. questions.SelectMany(question => question)], pieces, afterEach: () => { });
            var taken = TakeWhole(buffer);
            return taken.Count == questions.Length
                && taken.Zip(questions).All(pair => pair.First.SequenceEqual(pair.Second))
                && buffer.IsEmpty;
        });

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void A_question_of_any_length_up_to_the_limit_comes_out_whole(int length)
    {
        var question = QuestionOf(length);

        foreach (var piece in new[] { 1, 7, 1000, length })
        {
            Assert.Equal(question, Assert.Single(TakeAll(new QuestionBuffer(), question, [piece])));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(65_537)]
    public void A_question_one_byte_over_the_limit_is_refused_however_it_comes(int piece) =>
        Assert.Throws<QuestionTooLongException>(() => TakeAll(new QuestionBuffer(), QuestionOf(65_537), [piece]));

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    public void Without_a_question_mark_exactly_the_64_kibibyte_th_byte_is_one_too_many(int piece)
    {
        var buffer = new QuestionBuffer();
        Assert.Empty(TakeAll(buffer, [.. QuestionOf(65_536).SkipLast(1)], [piece]));

        Feed(buffer, "x"u8.ToArray(), [1], afterEach: () => { });
        Assert.Throws<QuestionTooLongException>(() => buffer.TryTake(out _));
    }

    [Fact]
    public void After_a_question_of_the_greatest_length_the_next_one_is_understood()
    {
        byte[][] questions = [QuestionOf(65_536), QuestionOf(1), QuestionOf(65_536), QuestionOf(3)];

        Assert.Equal(questions, TakeAll(new QuestionBuffer(), [.. questions.SelectMany(question => question)], [4096]));
    }

    [Fact]
    public void Ten_thousand_short_questions_do_not_make_the_buffer_grow()
    {
        var buffer = new QuestionBuffer();
        var roomAtFirst = buffer.Free.Length;

        for (var i = 0; i < 10_000; i++)
        {
            Assert.Single(TakeAll(buffer, QuestionOf(37), [10]));
            Assert.InRange(buffer.Free.Length, 1, roomAtFirst);
        }
    }

    [Fact]
    public void There_is_always_room_for_more()
    {
        var buffer = new QuestionBuffer();
        for (var i = 0; i < 65_535; i++)
        {
            Assert.NotEqual(0, buffer.Free.Length);
            buffer.Received(1);
        }

        Assert.Equal(65_535, buffer.Count);
    }

    [Fact]
    public void More_than_there_was_room_for_cannot_have_been_received()
    {
        var buffer = new QuestionBuffer();

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Received(buffer.Free.Length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Received(-1));
    }

    private static byte[] QuestionOf(int length) =>
        [.. Enumerable.Range(0, length - 1).Select(i => (byte)('a' + i % 26)), Question.End];

    private static List<byte[]> TakeAll(QuestionBuffer buffer, byte[] bytes, int[] pieces)
    {
        var taken = new List<byte[]>();
        Feed(buffer, bytes, pieces, () => taken.AddRange(TakeWhole(buffer)));
        return taken;
    }

    private static List<byte[]> TakeWhole(QuestionBuffer buffer)
    {
        var taken = new List<byte[]>();
        while (buffer.TryTake(out var question))
        {
            taken.Add(question.ToArray());
        }

        return taken;
    }

    private static void Feed(QuestionBuffer buffer, byte[] bytes, int[] pieces, Action afterEach)
    {
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            var piece = bytes.AsMemory(at, Math.Min(Math.Min(pieces[i % pieces.Length], bytes.Length - at), buffer.Free.Length));
            piece.CopyTo(buffer.Free);
            buffer.Received(piece.Length);
            at += piece.Length;
            afterEach();
        }
    }
}
