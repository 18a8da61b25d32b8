import type { ArticleSeed } from './types.ts';

export const articles6to10: ArticleSeed[] = [
  {
    id: 'KB-006',
    title: 'Printing fails on Windows: clear the queue and restart the spooler',
    product: 'Windows printing',
    category: 'printing',
    os: 'windows',
    tags: ['printer', 'spooler', 'driver'],
    problem: 'Documents stay in the queue, the printer shows as offline, or printing fails with an error at once.',
    symptoms: [
      'Jobs stay at "printing" or "deleting"',
      'The printer is shown as offline though it answers',
      'Error 0x0000011b when a shared printer is added',
    ],
    cause:
      'A damaged job in the queue, a port that still has the old address of the printer, or a driver after an update.',
    steps: [
      [
        'Stop the spooler, empty its folder, start it.',
        'net stop spooler & del /Q %SystemRoot%\\System32\\spool\\PRINTERS\\*.* & net start spooler',
      ],
      [
        'Check that the printer answers at the address of its port.',
        'Get-PrinterPort | Format-Table Name, PrinterHostAddress',
      ],
      ['Install the driver of the maker again.', 'printui /s /t2'],
      ['Print the test page.', 'rundll32 printui.dll,PrintUIEntry /k /n "<printer>"'],
    ],
    author: 'Field team',
    updated: 80,
    related: ['KB-010'],
  },
  {
    id: 'KB-007',
    title: 'macOS loses Wi-Fi or resolves no names (DNS) after an update',
    product: 'macOS Sequoia',
    category: 'network',
    os: 'macos',
    tags: ['wifi', 'dns', 'network', 'update'],
    problem: 'After a system update a Mac drops Wi-Fi, or is connected and finds no server by its name (DNS).',
    symptoms: [
      'Wi-Fi drops when the lid was closed, or when it changes from one access point to the next',
      'Addresses answer to ping, names do not: "server could not be found"',
      'A content filter or VPN app was installed before the update',
    ],
    cause: 'Old network settings or a DNS cache that the update kept, or a filter that does not fit the new system.',
    steps: [
      ['See which DNS servers are asked.', 'scutil --dns | head -20'],
      ['Empty the DNS cache.', 'sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder'],
      ['Forget the network and join it anew.', 'networksetup -removepreferredwirelessnetwork en0 "<network>"'],
      ['Switch content filters off, one by one.', 'systemextensionsctl list'],
      [
        'Move the old network settings away and restart.',
        'sudo mv /Library/Preferences/SystemConfiguration/com.apple.airport.preferences.plist ~/Desktop',
      ],
    ],
    author: 'Luis Ortega',
    updated: 9,
    related: ['KB-005', 'KB-008'],
  },
  {
    id: 'KB-008',
    title: 'FileVault or BitLocker asks for the recovery key at start',
    product: 'FileVault and BitLocker',
    category: 'security',
    os: 'other',
    tags: ['filevault', 'bitlocker', 'encryption', 'recovery-key'],
    problem:
      'An encrypted laptop asks for its recovery key at every start: FileVault on a Mac, BitLocker on Windows. The key is ' +
      'only ever read to a person whose identity was checked.',
    symptoms: [
      'BitLocker recovery screen with a key id after a firmware or dock change',
      'FileVault does not accept the password at start, though it is right',
      'It began after an update of the firmware, or when an account was reset from outside',
    ],
    cause: 'The measured state of the machine changed (TPM), or the password of the account is not that of the disk.',
    steps: [
      ['Check who is asking: call back on the number in the customer record.'],
      ['BitLocker: find the key by its id in the directory, and let them enter it.', 'manage-bde -protectors -get C:'],
      [
        'BitLocker: pause and resume the protection, so that it measures the machine anew.',
        'manage-bde -protectors -disable C: & manage-bde -protectors -enable C:',
      ],
      [
        'FileVault: start with the institutional key, then give the user a secure token again.',
        'sudo fdesetup status; sysadminctl -secureTokenStatus <user>',
      ],
      ['Make a new recovery key and store it; the old one was spoken aloud.', 'sudo fdesetup changerecovery -personal'],
    ],
    author: 'Dana Whitmore',
    updated: 28,
    related: ['KB-010', 'KB-007'],
  },
  {
    id: 'KB-009',
    title: 'Outlook does not send or receive mail: repair the profile and the mailbox',
    product: 'Outlook',
    category: 'email',
    os: 'windows',
    tags: ['outlook', 'mail', 'mailbox', 'password'],
    problem: 'Mail stays in the outbox, does not arrive, or Outlook asks for the password again and again.',
    symptoms: [
      'Messages stay in the outbox',
      'Outlook shows "disconnected" or asks for the password in a loop',
      'Mail reaches the web mailbox and not Outlook',
    ],
    cause: 'A full mailbox, a stored password that is old, or a damaged profile or data file.',
    steps: [
      ['Check the size of the mailbox against its limit, in the web mailbox.'],
      ['Remove stored passwords of the mail service.', 'cmdkey /list | findstr MicrosoftOffice'],
      ['Start without add-ins.', 'outlook.exe /safe'],
      ['Repair the data file.', '"C:\\Program Files\\Microsoft Office\\root\\Office16\\SCANPST.EXE"'],
      ['Make a new profile and let it fetch the mailbox.', 'control mlcfg32.cpl'],
    ],
    author: 'Field team',
    updated: 52,
    related: ['KB-005'],
  },
  {
    id: 'KB-010',
    title: 'Windows update fails, or a service does not start after it',
    product: 'Windows Server 2022',
    category: 'system',
    os: 'windows',
    tags: ['update', 'service', 'rollback', 'windows-update'],
    problem:
      'An update of Windows or Windows Server ends with an error and is undone, or it succeeds and a service of the ' +
      'business does not start any more.',
    symptoms: [
      'Error 0x800f0922, 0x80070643 or "undoing changes"',
      'Service Control Manager event 7000 or 7009 after the restart',
      'The service starts by hand and not by itself',
    ],
    cause:
      'Too little space on the recovery partition, a damaged component store, or a service that waits for one that starts late.',
    steps: [
      ['See what was installed when.', 'Get-HotFix | Sort-Object InstalledOn -Descending | Select-Object -First 5'],
      [
        'Read why the service does not start.',
        'Get-WinEvent -FilterHashtable @{LogName="System"; Id=7000,7009,7031} -MaxEvents 10',
      ],
      [
        'Let the service start late, after what it needs.',
        'sc.exe config "<service>" start= delayed-auto depend= Tcpip/MSSQLSERVER',
      ],
      [
        'Repair the component store and empty the update cache.',
        'DISM /Online /Cleanup-Image /RestoreHealth; net stop wuauserv; ren C:\\Windows\\SoftwareDistribution old',
      ],
      ['Remove the update, if the business waits.', 'wusa /uninstall /kb:<number> /norestart'],
    ],
    author: 'Dana Whitmore',
    updated: 5,
    related: ['KB-001', 'KB-008'],
  },
];
