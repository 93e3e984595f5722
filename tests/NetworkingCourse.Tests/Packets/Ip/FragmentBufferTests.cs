using CsCheck;
using NetworkingCourse.Packets;

namespace NetworkingCourse.Tests.Packets.Ip;

public sealed class FragmentBufferTests
{
    [Fact]
    public void Holes_are_what_has_not_come_and_the_whole_is_what_has() =>
        Gen.Select(Gen.Byte.Array[1, 400], Gen.UInt).Sample((whole, seed) =>
        {
            var (random, pieces) = (new Random((int)seed), new List<(int Offset, int Length)>());
            for (var at = 0; at < whole.Length;)
            {
                var length = Math.Min(8 * random.Next(1, 6), whole.Length - at);
                pieces.Add((at, length));
                at += length;
            }

            var order = pieces.ToArray();
            random.Shuffle(order);
            var (buffer, come) = (new FragmentBuffer(), new bool[whole.Length]);
            foreach (var (i, (offset, length)) in order.Index())
            {
                var isLast = offset + length == whole.Length;
                var fate = buffer.Add(offset, !isLast, whole.AsSpan(offset, length));
                come.AsSpan(offset, length).Fill(true);
                var missing = Enumerable.Range(0, whole.Length)
                    .Where(at => buffer.Holes.Any(hole => at >= hole.First && at <= hole.Last));
                if (fate != (i == order.Length - 1 ? FragmentFate.Completed : FragmentFate.Kept)
                    || !missing.SequenceEqual(Enumerable.Range(0, whole.Length).Where(at => !come[at])))
                {
                    return false;
                }
            }

            return buffer.Whole.Span.SequenceEqual(whole);
        });

    [Fact]
    public void One_that_brings_again_what_has_come_is_a_duplicate_and_changes_nothing()
    {
        var buffer = new FragmentBuffer();
        buffer.Add(0, true, new byte[16]);

        Assert.Equal(FragmentFate.Duplicate, buffer.Add(8, true, new byte[8]));
        Assert.Equal(FragmentFate.Duplicate, buffer.Add(0, true, new byte[16]));
        Assert.Equal([new Hole(16, int.MaxValue)], buffer.Holes);
        Assert.Equal(
            "Bytes are missing: 16 and all that follows.",
            Assert.Throws<InvalidOperationException>(() => buffer.Whole).Message);
        Assert.Equal(FragmentFate.Completed, buffer.Add(16, false, new byte[3]));
    }

    [Theory]
    [InlineData("0+16 8+16", "Bytes 8 to 23 overlap earlier fragments")]
    [InlineData("8+8 0+24", "Bytes 0 to 23 overlap earlier fragments")]
    [InlineData("0+8 16+8 8+16", "Bytes 8 to 23 overlap earlier fragments")]
    [InlineData("0+16 8+8!", "Bytes 8 to 15 arrived twice with different values")]
    [InlineData("4+8", "begins at byte 4, which is not a multiple of 8")]
    [InlineData("0+12", "has 12 bytes, which is not a multiple of 8")]
    [InlineData("0+0", "carries no bytes")]
    [InlineData("65528+8", "ends at byte 65,536; no packet has more than 65,535")]
    [InlineData("16+4. 24+8", "ends at byte 32, but according to the last fragment the packet ends at 20")]
    [InlineData("16+4. 16+3.", "ends at byte 19, but according to the last fragment the packet ends at 20")]
    [InlineData("24+8 8+8.", "The last fragment ends at byte 16, but bytes beyond it have already arrived")]
    public void What_cannot_be_right_is_refused_with_the_reason_and_with_it_all_that_follows(string fragments, string reason)
    {
        var (buffer, fates) = (new FragmentBuffer(), new List<FragmentFate>());
        foreach (var fragment in fragments.Split(' '))
        {
            var parts = fragment.TrimEnd('.', '!').Split('+');
            var bytes = Enumerable.Repeat((byte)(fragment.EndsWith('!') ? 1 : 0), int.Parse(parts[1], null)).ToArray();
            fates.Add(buffer.Add(int.Parse(parts[0], null), !fragment.EndsWith('.'), bytes));
        }

        Assert.Equal(FragmentFate.Refused, fates[^1]);
        Assert.DoesNotContain(FragmentFate.Refused, fates.SkipLast(1));
        Assert.Contains(reason, buffer.Refusal, StringComparison.Ordinal);
        Assert.Equal(FragmentFate.Refused, buffer.Add(1000, true, new byte[8]));
        Assert.Equal(buffer.Refusal, Assert.Throws<InvalidOperationException>(() => buffer.Whole).Message);
    }

    [Fact]
    public void Fragments_of_any_kind_are_taken_or_refused_and_nothing_else() =>
        Gen.Select(Gen.Int[0, 12], Gen.Bool, Gen.Int[0, 40])
            .Select((units, more, length) => (Offset: units * 8, more, Length: more ? length / 8 * 8 : length))
            .Array[0, 12].Sample(fragments =>
            {
                // Whatever arrives, the buffer is complete exactly when it has no hole, and is then as long as the last fragment
                // said.
                var buffer = new FragmentBuffer();
                foreach (var (offset, more, length) in fragments)
                {
                    var fate = buffer.Add(offset, more, new byte[length]);
                    if (fate == FragmentFate.Refused)
                    {
                        return buffer.Refusal.Length > 0;
                    }

                    if (fate == FragmentFate.Completed)
                    {
                        return buffer.Holes.Count == 0
                            && fragments.Any(fragment =>
                                !fragment.more && fragment.Offset + fragment.Length == buffer.Whole.Length);
                    }
                }

                return buffer.Holes.Count > 0;
            });
}
