using NetworkingCourse.Tests.Support;

namespace NetworkingCourse.Tests.Checking;

/// <summary>
/// The exercises that are checked on real sockets: what other tests do at the same time could look like a mistake.
/// </summary>
[Collection(Alone.Name)]
public class AnswersOnSocketsTests
{
    public static TheoryData<string> Names => Samples.Names(onSockets: true);

    public static TheoryData<string, int> MistakesOf => Samples.Mistakes(onSockets: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reference_answer_is_right(string name) => Samples.AssertReferenceIsRight(name);

    [Theory]
    [MemberData(nameof(MistakesOf))]
    public void Each_mistake_is_explained_as_what_it_is(string name, int index) => Samples.AssertMistakeIsExplained(name, index);
}
