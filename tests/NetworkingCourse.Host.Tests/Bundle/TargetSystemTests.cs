using System.Buffers.Binary;
using NetworkingCourse.Host.Bundle;

namespace NetworkingCourse.Host.Tests.Bundle;

/// <summary>The systems, how they are named, and how a program's first bytes tell which it is for.</summary>
public sealed class TargetSystemTests
{
    [Theory]
    [InlineData("win", "win-x64")]
    [InlineData("linux, mac", "osx-arm64 osx-x64 linux-x64 linux-arm64")]
    [InlineData("linux-arm64,linux-arm64,win-x64", "win-x64 linux-arm64")]
    public void Systems_are_named_by_family_or_one_by_one(string list, string ids) =>
        Assert.Equal(ids, string.Join(' ', TargetSystem.Parse(list).Select(system => system.Id)));

    [Theory]
    [InlineData("win-x64", 0x8664)]
    [InlineData("win-arm64", 0xAA64)]
    [InlineData("Windows on machine 332", 0x14C)]
    public void Of_a_PE_file_the_header_tells(string machine, int number)
    {
        var header = new byte[512];
        "MZ"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(60), 0x80);
        "PE\0\0"u8.CopyTo(header.AsSpan(0x80));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(0x84), (ushort)number);
        Assert.Equal(machine, Machine.Of(header));
    }

    [Theory]
    [InlineData("linux-x64", 62)]
    [InlineData("linux-arm64", 183)]
    [InlineData("Linux on machine 40", 40)]
    public void Of_an_ELF_file_the_header_tells(string machine, int number)
    {
        var header = new byte[64];
        "\u007fELF"u8.CopyTo(header);
        header[18] = (byte)number;
        Assert.Equal(machine, Machine.Of(header));
    }

    [Theory]
    [InlineData("osx-x64", 7)]
    [InlineData("osx-arm64", 12)]
    public void Of_a_MachO_file_the_header_tells(string machine, byte number) =>
        Assert.Equal(machine, Machine.Of([0xCF, 0xFA, 0xED, 0xFE, number, 0, 0, 1]));

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { (byte)'M', (byte)'Z' })]
    [InlineData(new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F' })]
    public void What_is_no_program_is_for_no_machine(byte[] header) => Assert.Equal("no machine", Machine.Of(header));

    [NeedsFact(Need.Linux)]
    public void A_program_of_this_machine_is_recognised() =>
        Assert.StartsWith("linux-", Machine.Of(File.ReadAllBytes(Environment.ProcessPath!)));

    [Theory]
    [InlineData(2, 0x1D, true)]
    [InlineData(1, 0x1D, false)]
    [InlineData(2, 0x1E, false)]
    public void A_program_for_Apples_chips_is_handed_out_only_if_it_is_signed(int commands, byte second, bool isSigned)
    {
        // The header; a load command of 16 bytes; another one.
        var bytes = new byte[64];
        new byte[] { 0xCF, 0xFA, 0xED, 0xFE, 12, 0, 0, 1 }.CopyTo(bytes, 0);
        bytes[16] = (byte)commands;
        (bytes[32], bytes[36], bytes[48], bytes[52]) = (0x19, 16, second, 16);
        Assert.Equal(isSigned, Machine.IsSigned(bytes));
        Assert.False(Machine.IsSigned(bytes.AsSpan(0, 40)));
        bytes[36] = 0; // would go on for ever
        Assert.False(Machine.IsSigned(bytes));
        bytes[36] = 16;

        var file = BundleFile.FromBytes("course/program", bytes, isProgram: true);
        var thrown = Record.Exception(() => Machine.Check(TargetSystem.Parse("osx-arm64")[0], [file]));
        Assert.Equal(isSigned, thrown is null);
        Assert.Contains("no code signature", thrown?.Message ?? "no code signature");
    }

    [Fact]
    public void A_program_for_another_machine_is_not_handed_out()
    {
        var file = BundleFile.FromBytes("course/program", new byte[] { 0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1 }, isProgram: true);
        Machine.Check(TargetSystem.Parse("osx-x64")[0], [file]);
        var thrown = Assert.Throws<BundleException>(() => Machine.Check(TargetSystem.Parse("linux-x64")[0], [file]));
        Assert.StartsWith("course/program is for osx-x64, and not for linux-x64", thrown.Message);
    }
}
