// SPDX-License-Identifier: MIT
// The real executable under test: started on a free port with a configuration of its own, stopped
// by signal.
#include "tests/support/gatewayprocess.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <unistd.h>
#include <utility>

#ifndef MERIDIAN_DEFAULT_BINARY
#error "MERIDIAN_DEFAULT_BINARY names the executable that is tested"
#endif

namespace meridian::support {

namespace {

std::string environment(const char *name)
{
    const char *value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string executable()
{
    const std::string chosen = environment("MERIDIAN_BIN");
    return chosen.empty() ? std::string(MERIDIAN_DEFAULT_BINARY) : chosen;
}

} // namespace

GatewayProcess::GatewayProcess() = default;

std::vector<std::string> GatewayProcess::command()
{
    std::istringstream wrapper(environment("MERIDIAN_TEST_WRAPPER"));
    std::vector<std::string> words{std::istream_iterator<std::string>(wrapper), {}};
    words.push_back(executable());
    return words;
}

bool GatewayProcess::isAvailable()
{
    std::error_code error;
    return std::filesystem::exists(executable(), error);
}

std::string GatewayProcess::folder() const
{
    return m_folder.path().toStdString();
}

std::string GatewayProcess::writeFile(const std::string &name, const std::string &content) const
{
    std::string path = folder() + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

bool GatewayProcess::start(GatewayConfig config, const ChildProcess::Environment &extra)
{
    const std::string workers = environment("MERIDIAN_TEST_WORKERS");
    if (!config.has("gateway", "workers") && !workers.empty()) {
        config.set("gateway", "workers", workers);
    }
    if (!config.has("gateway", "core_dumps") && ::geteuid() != 0) {
        config.set("gateway", "core_dumps", "true"); // else only root may look into its /proc folder
    }
    m_logPath = folder() + "/requests.jsonl";
    if (!config.has("logging", "jsonl_path")) {
        config.set("logging", "jsonl_path", m_logPath);
    }
    const std::string path = writeFile("config.yaml", config.yaml());
    std::vector<std::string> words = command();
    for (const char *word : {"serve", "-c", path.c_str(), "--port", "0", "--host", "127.0.0.1"}) {
        words.emplace_back(word);
    }
    const std::string announcement = "meridian: serving on http";
    if (!m_process.start(words, extra) || !m_process.waitForOutput(announcement, 15s) ||
        !m_process.waitForOutput("\n", 5s)) {
        m_problem = "the gateway did not start\nstdout: " + m_process.standardOutput() +
                    "\nstderr: " + m_process.standardError() + "\nconfiguration:\n" + config.yaml();
        return false;
    }
    const std::string output = m_process.standardOutput();
    const std::string line = output.substr(output.find(announcement));
    const auto colon = line.find(":", line.find("://") + 3);
    m_port = static_cast<std::uint16_t>(std::strtoul(line.c_str() + colon + 1, nullptr, 10));
    if (m_port == 0) {
        m_problem = "no port in: " + line;
    }
    return m_port != 0;
}

int GatewayProcess::stop(Deadline deadline)
{
    if (m_process.pid() <= 0) {
        return -1;
    }
    m_process.signal(SIGTERM);
    if (const auto code = m_process.waitForExit(deadline)) {
        return *code;
    }
    m_process.signal(SIGKILL);
    return m_process.waitForExit(Patient).value_or(137);
}

std::vector<std::string> GatewayProcess::requestLog() const
{
    std::ifstream file(m_logPath, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::string> lines;
    std::size_t from = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', from)) {
        lines.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return lines;
}

bool GatewayProcess::isInstrumented() const
{
    if (!environment("MERIDIAN_TEST_WRAPPER").empty()) {
        return true;
    }
    std::ifstream maps("/proc/" + std::to_string(m_process.pid()) + "/maps");
    const std::string text{std::istreambuf_iterator<char>(maps), {}};
    return text.find("libasan") != std::string::npos || text.find("libtsan") != std::string::npos;
}

} // namespace meridian::support
