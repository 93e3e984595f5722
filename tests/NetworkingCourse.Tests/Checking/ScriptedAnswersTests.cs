namespace NetworkingCourse.Tests.Checking;

/// <summary>
/// Every exercise of a chapter that is checked on scripts: its reference answer is right, and each of its mistakes is explained
/// as that mistake. <see cref="AnswersOnSocketsTests"/> does the same with those that are checked on real sockets.
/// </summary>
/// <typeparam name="TChapter">The chapter. Each has a class of its own, so that they run at the same time.</typeparam>
public abstract class ScriptedAnswersTests<TChapter>
    where TChapter : IChapter
{
#pragma warning disable CA1000 // xunit takes the data of a theory from static members
    public static TheoryData<string> Names => Samples.Names(onSockets: false, TChapter.Number);

    public static TheoryData<string, int> MistakesOf => Samples.Mistakes(onSockets: false, TChapter.Number);
#pragma warning restore CA1000

    [Theory]
    [MemberData(nameof(Names))]
    public void The_reference_answer_is_right(string name) => Samples.AssertReferenceIsRight(name);

    [Theory]
    [MemberData(nameof(MistakesOf))]
    public void Each_mistake_is_explained_as_what_it_is(string name, int index) => Samples.AssertMistakeIsExplained(name, index);
}

public interface IChapter
{
    static abstract char Number { get; }
}

public class ApplicationAnswersTests : ScriptedAnswersTests<ApplicationAnswersTests>, IChapter
{
    public static char Number => '1';
}

public class TransportAnswersTests : ScriptedAnswersTests<TransportAnswersTests>, IChapter
{
    public static char Number => '2';
}

public class NetworkAnswersTests : ScriptedAnswersTests<NetworkAnswersTests>, IChapter
{
    public static char Number => '3';
}

public class ServerArchitectureAnswersTests : ScriptedAnswersTests<ServerArchitectureAnswersTests>, IChapter
{
    public static char Number => '4';
}
