using System.Globalization;

namespace NetworkingCourse.Tests.Support;

/// <summary>Runs something as on a desktop of another language.</summary>
internal static class Cultures
{
    /// <summary>A comma for the point, and a point or a narrow space between thousands.</summary>
    public static TheoryData<string> WithAComma => ["de-DE", "fr-FR"];

    public static void With(string culture, Action action)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            // If the system brings no cultures, this test could not fail.
            Assert.Equal("1,5", 1.5.ToString(CultureInfo.CurrentCulture));
            action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
