# Installs connector @VERSION@ for this user. The variables CONNECTOR_ADDRESS and CONNECTOR_HOME say other places.
$ErrorActionPreference = "Stop"
$ProgressPreference = "SilentlyContinue"
Set-StrictMode -Version 3

$version = "@VERSION@"
$address = if ($env:CONNECTOR_ADDRESS) { $env:CONNECTOR_ADDRESS } else { "@ADDRESS@" }
$folder = if ($env:CONNECTOR_HOME) { $env:CONNECTOR_HOME } else { Join-Path $env:LOCALAPPDATA "connector" }

# The program for x86-64 runs on Windows for ARM, too.
$name = "connector-$version-x86_64-pc-windows-msvc"
$archive = "$name.tar.gz"
$work = Join-Path ([System.IO.Path]::GetTempPath()) ([System.Guid]::NewGuid())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    $sums = Join-Path $work "SHA256SUMS"
    Invoke-WebRequest -UseBasicParsing -Uri "$address/SHA256SUMS" -OutFile $sums
    $line = Get-Content $sums | Where-Object { ($_ -split "\s+", 2)[1].Split("/")[-1] -eq $archive }
    if (-not $line) { throw "this release has no $archive" }
    $wanted = ($line -split "\s+")[0]
    $file = Join-Path $work $archive
    Invoke-WebRequest -UseBasicParsing -Uri "$address/$archive" -OutFile $file
    $found = (Get-FileHash -Algorithm SHA256 $file).Hash.ToLowerInvariant()
    if ($found -ne $wanted) { throw "$archive is not what SHA256SUMS says: nothing was installed" }

    # Windows brings tar since version 10.
    tar -xzf $file -C $work
    if ($LASTEXITCODE -ne 0) { throw "tar could not unpack $archive" }
    $place = Join-Path $folder $version
    $bin = Join-Path $folder "bin"
    New-Item -ItemType Directory -Force -Path $folder, $bin | Out-Null
    if (Test-Path $place) { Remove-Item -Recurse -Force $place }
    Move-Item (Join-Path $work $name) $place
    # Versions before stay where they are, for runs that they began.
    Set-Content -Encoding ascii -Path (Join-Path $bin "connector.cmd") -Value "@`"$place\connector.exe`" %*"
    Write-Output "connector $version is in $bin"

    $path = [Environment]::GetEnvironmentVariable("Path", "User")
    if (($path -split ";") -notcontains $bin) {
        [Environment]::SetEnvironmentVariable("Path", "$bin;$path", "User")
        Write-Output "It is on the path of new terminals."
    }
}
finally {
    Remove-Item -Recurse -Force $work
}
