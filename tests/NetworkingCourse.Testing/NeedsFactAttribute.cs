namespace NetworkingCourse.Testing;

/// <summary>A test that needs something of the machine. Where that is missing, the test is skipped and says why.</summary>
public sealed class NeedsFactAttribute : FactAttribute
{
    /// <param name="needs">What it needs.</param>
    public NeedsFactAttribute(params Need[] needs) => Skip = Needs.WhySkipped(needs);
}

/// <summary>A theory that needs something of the machine. Where that is missing, it is skipped and says why.</summary>
public sealed class NeedsTheoryAttribute : TheoryAttribute
{
    /// <param name="needs">What it needs.</param>
    public NeedsTheoryAttribute(params Need[] needs) => Skip = Needs.WhySkipped(needs);
}
