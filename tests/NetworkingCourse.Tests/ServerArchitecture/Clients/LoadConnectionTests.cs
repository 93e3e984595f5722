using System.Text;
using NetworkingCourse.ServerArchitecture;

namespace NetworkingCourse.Tests.ServerArchitecture;

public sealed class LoadConnectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void However_it_is_cut_the_answer_is_complete_with_its_last_byte(int piece)
    {
        var connection = Asked(5);
        var pieces = Bytes("question from 000005.").Chunk(piece).ToList();
        Assert.All(pieces[..^1], part => Assert.False(connection.Received(part)));
        Assert.True(connection.Received(pieces[^1]));
        Assert.True(connection.IsReady);
    }

    [Theory]
    [InlineData("question from 000006.", "a wrong answer")] // the answer of another connection
    [InlineData("question from 000005.q", "a wrong answer")] // more than the answer
    [InlineData("question from 000005?", "a wrong answer")]
    [InlineData("", "closed by the server")]
    public void Anything_else_is_a_failure(string received, string reason)
    {
        var connection = Asked(5);
        Assert.False(connection.Received(Bytes(received)));
        Assert.Equal((LoadConnectionState.Failed, reason), (connection.State, connection.Failure));
    }

    [Fact]
    public void A_server_that_closes_between_two_questions_has_closed()
    {
        var connection = Asked(5);
        Assert.True(connection.Received(Bytes("question from 000005.")));
        Assert.False(connection.Received([]));
        Assert.Equal("closed by the server", connection.Failure);
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_is_a_failure()
    {
        var connection = Asked(5);
        Assert.True(connection.Received(Bytes("question from 000005.")));
        Assert.False(connection.Received(Bytes("question from 000005.")));
        Assert.Equal("received bytes without having asked", connection.Failure);
    }

    [Fact]
    public void A_question_that_is_sent_in_parts_is_asked_with_its_last_byte()
    {
        var connection = new LoadConnection(5);
        connection.Begin(0);
        Assert.False(connection.Sent(8));
        Assert.Equal(" from 000005?", Encoding.ASCII.GetString(connection.Rest.Span));
        Assert.Equal(LoadConnectionState.Asking, connection.State);
        Assert.True(connection.Sent(connection.Rest.Length));
        Assert.Equal(LoadConnectionState.Awaiting, connection.State);
    }

    private static LoadConnection Asked(int number)
    {
        var connection = new LoadConnection(number);
        connection.Begin(0);
        connection.Sent(connection.Rest.Length);
        return connection;
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
