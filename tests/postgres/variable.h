// SPDX-FileCopyrightText: The Quarterdeck authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QtGlobal>

/// Sets a variable of the environment for a while; without a text, takes it away.
class Variable
{
public:
    Variable(const char* name, const char* text) : m_name(name), m_was(qEnvironmentVariableIsSet(name)), m_before(qgetenv(name))
    {
        if (text)
            qputenv(name, text);
        else
            qunsetenv(name);
    }
    ~Variable()
    {
        if (m_was)
            qputenv(m_name, m_before);
        else
            qunsetenv(m_name);
    }
    Q_DISABLE_COPY_MOVE(Variable)

private:
    const char* m_name;
    bool m_was;
    QByteArray m_before;
};
