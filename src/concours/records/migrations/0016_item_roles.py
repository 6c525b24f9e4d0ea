"""The roles of those who write and review items."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0015_marks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='staffrole',
            name='role',
            field=models.CharField(choices=[('public', 'Anybody, without an account'), ('candidate', 'A person applying, on their own files only'), ('registrar', "Runs the competition's files: eligibility, register, offers, corrections"), ('test_administrator', 'Centres, sessions, seats, scoring and key decisions'), ('item_writer', 'Writes items of the test'), ('item_reviewer', 'Reviews and approves items others have written'), ('proctor', 'Checks candidates in and runs the sitting'), ('scheduler', 'Allocates panels and assessment days'), ('marker', 'Marks essays, blind'), ('panellist', 'Reads narratives, blind'), ('chair', 'Settles disagreements of a panel'), ('assessor', 'Rates the oral assessment'), ('medical_adjudicator', 'The medical compartment'), ('waiver_officer', 'Decides medical waivers'), ('security_adjudicator', 'The security compartment'), ('suitability_examiner', 'Final review'), ('appeals_officer', 'Decides appeals and reversals'), ('appointing_authority', 'Approves competitions, cuts, classes; signs offers'), ('training_officer', 'Training results and first postings'), ('policy_officer', 'Rulebooks, editions and amendments'), ('psychometrician', 'Item analysis and scores'), ('auditor', 'Reads every decision and proof; decides nothing'), ('system', 'The worker, on dates that have come')], max_length=40),
        ),
    ]
