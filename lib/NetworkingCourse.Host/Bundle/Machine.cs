using System.Buffers.Binary;

namespace NetworkingCourse.Host.Bundle;

/// <summary>
/// Tells from its first bytes for which machine a program or a native library was made: ELF (elf(5)), PE (Microsoft, "PE
/// Format") or Mach-O (mach-o/loader.h).
/// </summary>
internal static class Machine
{
    private const int HeaderLength = 16_384;
    private const int FirstLoadCommand = 32; // after the header of 64 bits
    private const uint CodeSignature = 0x1D; // LC_CODE_SIGNATURE

    /// <summary>The native files of the runtime that every start needs. The others come from the same packages.</summary>
    private static readonly string[] OfTheRuntime = ["hostfxr", "hostpolicy", "coreclr", "clrjit"];

    /// <summary>Checks that what a bundle starts is for its system.</summary>
    /// <exception cref="BundleException">A file is for another machine, or would not be started there.</exception>
    public static void Check(TargetSystem system, IEnumerable<BundleFile> files)
    {
        foreach (var file in files.Where(IsNative))
        {
            var header = new byte[HeaderLength];
            using var content = file.Open();
            var length = content.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
            var machine = Of(header.AsSpan(0, length));
            if (machine != system.Id)
            {
                throw new BundleException(
                    $"{file.Name} is for {machine}, and not for {system.Id}: the package that it came from is damaged. "
                        + "Delete it from the folder of NuGet's packages ('dotnet nuget locals global-packages --list').");
            }

            if (system.Id == "osx-arm64" && !IsSigned(header.AsSpan(0, length)))
            {
                throw new BundleException(
                    $"{file.Name} has no code signature, and a Mac with an Apple chip starts no program without one. "
                        + "Build with the SDK that global.json names.");
            }
        }
    }

    /// <summary>
    /// The identifier of the system that a file is for, such as <c>osx-arm64</c>; words if it is none of a bundle's.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> header)
    {
        if (header.StartsWith("\u007fELF"u8) && header.Length >= 20)
        {
            return BinaryPrimitives.ReadUInt16LittleEndian(header[18..]) switch
            {
                62 => "linux-x64",
                183 => "linux-arm64",
                var other => FormattableString.Invariant($"Linux on machine {other}"),
            };
        }

        // 64 bits, little-endian, as on all Macs of the last ten years.
        if (header.StartsWith(new byte[] { 0xCF, 0xFA, 0xED, 0xFE }) && header.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) switch
            {
                0x0100_0007 => "osx-x64",
                0x0100_000C => "osx-arm64",
                var other => FormattableString.Invariant($"macOS on machine {other}"),
            };
        }

        if (header.StartsWith("MZ"u8) && header.Length >= 64
            && BinaryPrimitives.ReadInt32LittleEndian(header[60..]) is var signature && signature >= 0
            && signature + 6 <= header.Length && header[signature..].StartsWith("PE\0\0"u8))
        {
            return BinaryPrimitives.ReadUInt16LittleEndian(header[(signature + 4)..]) switch
            {
                0x8664 => "win-x64",
                0xAA64 => "win-arm64",
                var other => FormattableString.Invariant($"Windows on machine {other}"),
            };
        }

        return "no machine";
    }

    /// <summary>Whether one of the load commands of a Mach-O file says where its code signature is.</summary>
    public static bool IsSigned(ReadOnlySpan<byte> header)
    {
        if (header.Length < FirstLoadCommand)
        {
            return false;
        }

        var left = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var commands = header[FirstLoadCommand..];
        for (; left > 0 && commands.Length >= 8; left--)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(commands[4..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(commands) == CodeSignature)
            {
                return true;
            }

            if (length < 8 || length > commands.Length)
            {
                return false;
            }

            commands = commands[(int)length..];
        }

        return false;
    }

    // Scripts can be started too.
    private static bool IsNative(BundleFile file)
    {
        var stem = Path.GetFileNameWithoutExtension(file.Name);
        return (file.IsProgram && Path.GetExtension(file.Name) != ".sh")
            || OfTheRuntime.Contains(stem.StartsWith("lib", StringComparison.Ordinal) ? stem[3..] : stem);
    }
}
