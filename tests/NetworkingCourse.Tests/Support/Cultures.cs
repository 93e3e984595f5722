using System.Globalization;

namespace NetworkingCourse.Tests.Support;

/// <summary>Runs code as on a desktop in another language.</summary>
internal static class Cultures
{
    /// <summary>Cultures with a decimal comma, and a point or a narrow space between thousands.</summary>
    public static TheoryData<string> WithAComma => ["de-DE", "fr-FR"];

    public static void With(string culture, Action action)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            // On a system without cultures, this test could not fail.
            Assert.Equal("1,5", 1.5.ToString(CultureInfo.CurrentCulture));
            action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
