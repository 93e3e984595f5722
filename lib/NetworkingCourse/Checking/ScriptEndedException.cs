namespace NetworkingCourse.Checking;

/// <summary>Ends the learner's code, where a script cannot go on.</summary>
internal sealed class ScriptEndedException() : Exception("The script of the exercise has ended.");
