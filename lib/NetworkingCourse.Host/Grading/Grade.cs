using NetworkingCourse.Checking;

namespace NetworkingCourse.Host.Grading;

/// <summary>What became of an exercise in a notebook.</summary>
internal enum GradeState
{
    /// <summary>The answer is right.</summary>
    Right,

    /// <summary>The answer is wrong.</summary>
    NotYet,

    /// <summary>The code is still the stub of the exercise.</summary>
    NotAttempted,

    /// <summary>The code could not be checked: it does not compile, or it ended the kernel.</summary>
    Broken,

    /// <summary>The notebook belongs to the exercise's lesson but has no check of it.</summary>
    NoCheck,

    /// <summary>Several notebooks of the student have the exercise, with different outcomes.</summary>
    Unclear,
}

/// <summary>What became of an exercise in a notebook, and why.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="State">The outcome.</param>
/// <param name="Story">What was done to the answer and what came back, or why it could not be checked.</param>
/// <param name="Source">The file's name below the folder of the class.</param>
internal sealed record Grade(Exercise Exercise, GradeState State, string Story, string Source)
{
    /// <summary>The state in words.</summary>
    public string Words => Of(State);

    /// <summary>A state in words.</summary>
    public static string Of(GradeState state) => state switch
    {
        GradeState.Right => "right",
        GradeState.NotYet => "not yet",
        GradeState.NotAttempted => "not attempted",
        GradeState.Broken => "could not be checked",
        GradeState.NoCheck => "no check in the notebook",
        _ => "unclear",
    };
}

/// <summary>What became of a notebook.</summary>
/// <param name="HandIn">The notebook.</param>
/// <param name="Grades">Its exercises.</param>
/// <param name="Notes">What else the teacher should know.</param>
internal sealed record GradedNotebook(HandIn HandIn, IReadOnlyList<Grade> Grades, IReadOnlyList<string> Notes);
