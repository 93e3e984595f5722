using System.Text;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.Clients;

public sealed class AskerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void However_it_is_cut_the_answer_is_complete_with_its_last_byte(int piece)
    {
        var asker = Asked(5);
        var pieces = Bytes("question from 000005.").Chunk(piece).ToList();
        Assert.All(pieces[..^1], part => Assert.False(asker.Received(part)));
        Assert.True(asker.Received(pieces[^1]));
        Assert.True(asker.IsReady);
    }

    [Theory]
    [InlineData("question from 000006.", "a wrong answer")] // somebody else's
    [InlineData("question from 000005.q", "a wrong answer")] // and more than was asked for
    [InlineData("question from 000005?", "a wrong answer")]
    [InlineData("", "closed by the server")]
    public void Anything_else_is_a_failure(string received, string reason)
    {
        var asker = Asked(5);
        Assert.False(asker.Received(Bytes(received)));
        Assert.Equal((AskerState.Failed, reason), (asker.State, asker.Failure));
    }

    [Fact]
    public void A_server_that_closes_between_two_questions_has_closed()
    {
        var asker = Asked(5);
        Assert.True(asker.Received(Bytes("question from 000005.")));
        Assert.False(asker.Received([]));
        Assert.Equal("closed by the server", asker.Failure);
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_is_a_failure()
    {
        var asker = Asked(5);
        Assert.True(asker.Received(Bytes("question from 000005.")));
        Assert.False(asker.Received(Bytes("question from 000005.")));
        Assert.Equal("bytes came that nobody had asked for", asker.Failure);
    }

    [Fact]
    public void A_question_that_is_sent_in_parts_is_asked_with_its_last_byte()
    {
        var asker = new Asker(5);
        asker.Begin(0);
        Assert.False(asker.Sent(8));
        Assert.Equal(" from 000005?", Encoding.ASCII.GetString(asker.Rest.Span));
        Assert.Equal(AskerState.Asking, asker.State);
        Assert.True(asker.Sent(asker.Rest.Length));
        Assert.Equal(AskerState.Awaiting, asker.State);
    }

    private static Asker Asked(int number)
    {
        var asker = new Asker(number);
        asker.Begin(0);
        asker.Sent(asker.Rest.Length);
        return asker;
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
