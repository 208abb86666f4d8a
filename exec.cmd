@rem Windows: npm runs "exec node ..." in cmd.exe, which has no exec and finds this file instead.
@echo Windows needs WSL 2: install it ^(https://learn.microsoft.com/windows/wsl/install^), clone the project inside it, and run npm there.>&2
@exit /b 1
