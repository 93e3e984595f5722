namespace NetworkingCourse.Transport;

/// <summary>
/// A selection of the ports assigned by IANA, in the format of the file <c>services</c>, for systems without that file.
/// </summary>
internal static class WellKnownServices
{
    public const string Text =
        """
        echo 7/tcp
        echo 7/udp
        discard 9/tcp sink null
        discard 9/udp sink null
        daytime 13/tcp
        daytime 13/udp
        ftp-data 20/tcp
        ftp 21/tcp
        ssh 22/tcp
        telnet 23/tcp
        smtp 25/tcp mail
        time 37/tcp timserver
        time 37/udp timserver
        domain 53/tcp
        domain 53/udp
        bootps 67/udp
        bootpc 68/udp
        tftp 69/udp
        http 80/tcp www
        kerberos 88/tcp
        kerberos 88/udp
        pop3 110/tcp pop-3
        ntp 123/udp
        imap2 143/tcp imap
        snmp 161/udp
        bgp 179/tcp
        ldap 389/tcp
        https 443/tcp
        https 443/udp
        syslog 514/udp
        submission 587/tcp
        domain-s 853/tcp
        domain-s 853/udp
        ldaps 636/tcp
        imaps 993/tcp
        pop3s 995/tcp
        openvpn 1194/udp
        nfs 2049/tcp
        mysql 3306/tcp
        postgresql 5432/tcp postgres
        mdns 5353/udp
        xmpp-client 5222/tcp
        """;
}
