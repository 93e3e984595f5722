using Microsoft.CodeAnalysis;
using NetworkingCourse.Host.Jupyter.Language;

namespace NetworkingCourse.Host.Tests.Jupyter;

/// <summary>What is offered at a place in the code, and what that takes.</summary>
public sealed class CompletionTests
{
    [Fact]
    public async Task A_draft_finds_the_cells_before_it_compiled_already()
    {
        using var chain = new CellChain(AppContext.BaseDirectory);
        chain.Add("var one = 1;");
        chain.Add("var two = one + 1;");
        var (first, second) = (Before(chain.Draft("tw")), Before(chain.Draft("two.")));
        Assert.NotNull(first);
        Assert.Same(first, second);
        // And the draft itself continues from there.
        var draft = chain.Draft("two");
        var model = await draft.GetSemanticModelAsync();
        Assert.Contains(model!.LookupSymbols(0), symbol => symbol.Name == "two");
    }

    [Fact]
    public void A_name_that_is_declared_again_is_the_newer_one()
    {
        var language = new LanguageService(AppContext.BaseDirectory);
        language.Add("var x = 1;\nvar kept = x;");
        language.Add("var x = \"text\";");
        Assert.Contains("Length", Offered(language, "x."));
        Assert.DoesNotContain("Length", Offered(language, "kept."));
    }

    [Fact]
    public async Task Cells_that_run_are_compiled_before_anybody_asks()
    {
        var language = new LanguageService(AppContext.BaseDirectory);
        Assert.False(language.IsReady);
        for (var cell = 1; cell <= 3; cell++)
        {
            language.Add($"var x{cell} = {cell};");
            Assert.False(language.IsReady);
            language.MakeReady();
            await Eventually.IsTrueAsync(() => language.IsReady, () => "Not ready.");
        }

        Assert.Contains("x3", Offered(language, "x"));
    }

    private static Compilation? Before(Document draft) =>
        draft.Project.Solution.GetProject(Assert.Single(draft.Project.ProjectReferences).ProjectId)!
            .TryGetCompilation(out var compilation)
                ? compilation
                : null;

    private static IEnumerable<string> Offered(LanguageService language, string code) =>
        language.Complete(code, code.Length).Items.Select(item => item.Text);
}
