namespace NetworkingCourse.Checking;

/// <summary>A typical wrong answer to an exercise, and why it is wrong.</summary>
/// <param name="Name">The mistake in a few words.</param>
/// <param name="Explanation">What is wrong and how it shows, in a few sentences. Text between backticks is code.</param>
internal abstract record Mistake(string Name, string Explanation);

/// <inheritdoc cref="Mistake"/>
/// <typeparam name="TAnswer">What the learner writes.</typeparam>
/// <param name="Name">The mistake in a few words.</param>
/// <param name="Explanation">What is wrong and how it shows, in a few sentences. Text between backticks is code.</param>
/// <param name="Code">An answer with this mistake.</param>
internal sealed record Mistake<TAnswer>(string Name, string Explanation, TAnswer Code) : Mistake(Name, Explanation);
